import type { RouteBook } from '#main/server/services.ts';
import type { SettingsFile } from '../settings.ts';

/** The routing rules of the settings. */
export const routeBook = (settings: SettingsFile): RouteBook => ({
  list: async () => [...(await settings.refresh()).routes],
  save: (saved) =>
    settings.change((from) => {
      const at = from.routes.findIndex(({ id }) => id === saved.id);
      const routes = at < 0 ? [...from.routes, saved] : from.routes.with(at, saved);
      return { next: { ...from, routes }, result: saved };
    }),
  remove: (id) =>
    settings.change((from) => {
      const routes = from.routes.filter((other) => other.id !== id);
      return { next: { ...from, routes }, result: routes.length < from.routes.length };
    }),
});
