import { z } from 'zod';
import { aeTitle, nodeAddress } from '#shared/contract/rpc/nodes.ts';
import { route } from '#shared/contract/rpc/routing.ts';
import { access, limits, listening, tlsListening, USER_MODES } from '#shared/contract/rpc/security.ts';
import { transferSettings } from '#shared/contract/rpc/transfers.ts';

/** A node with its passcode, as it lies in the settings (mode 0600). */
const storedNode = nodeAddress.extend({
  user: z.object({ name: z.string().min(1), passcode: z.string().optional() }).optional(),
});
export type StoredNode = z.infer<typeof storedNode>;

export const storedUser = z.strictObject({
  name: z.string().min(1).max(256),
  /** `scrypt:…` as `security/passcodes.ts` writes it; a passcode itself is never stored. */
  hash: z.string().regex(/^scrypt:/, 'a scrypt hash is wanted, not a passcode'),
});
export type StoredUser = z.infer<typeof storedUser>;

/** settings.json, version 1; docs/SETTINGS.md tells what each part means. What is absent has its default. */
export const settingsSchema = z.strictObject({
  version: z.literal(1, { error: 'written by another version of isocenter' }).default(1),
  aeTitle: aeTitle.default('ISOCENTER'),
  listening: listening.prefault({}),
  tls: tlsListening
    .extend({
      /** PEM files, relative to the folder of the settings: our key, our certificate (and its chain), whom we trust. */
      key: z.string().min(1).optional(),
      certificate: z.string().min(1).optional(),
      ca: z.string().min(1).optional(),
    })
    .prefault({}),
  limits: limits.prefault({}),
  access: access.prefault({}),
  users: z
    .strictObject({ mode: z.enum(USER_MODES).default('off'), list: z.array(storedUser).max(1000).default([]) })
    .prefault({}),
  /** postgresql://… of an index shared with others instead of the archive's own. */
  index: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** A DICOMweb archive that holds the objects instead of the archive's folder, which then keeps copies of those in use. */
  objects: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }),
      /** Bearer token for it. */
      token: z.string().min(1).optional(),
      copiesMB: z.number().int().min(100).optional(),
    })
    .optional(),
  nodes: z.array(storedNode).default([]),
  /** Auto-routing: what arrives and fits goes on. */
  routes: z.array(route).default([]),
  transfers: transferSettings.prefault({}),
  /** A service that draws structures: it is sent a series and answers with an RT Structure Set or a Segmentation. */
  segmentation: z
    .strictObject({
      /** For people. */
      name: z.string().trim().min(1).max(64),
      url: z.url({ protocol: /^https?$/ }),
      /** Bearer token for it. */
      token: z.string().min(1).optional(),
      timeoutSeconds: z.number().min(1).max(86_400).default(600),
    })
    .optional(),
});
export type Settings = z.infer<typeof settingsSchema>;
