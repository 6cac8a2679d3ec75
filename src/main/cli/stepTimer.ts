/** Names and times of the steps of a long job, said as they end. */
export interface StepTimer {
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
  step<T>(name: string, work: () => T | Promise<T>): Promise<T>;
}

export function stepTimer(say: (text: string) => void): StepTimer {
  const steps: { name: string; seconds: number }[] = [];
  return {
    steps,
    async step(name, work) {
      const start = performance.now();
      const result = await work();
      const seconds = (performance.now() - start) / 1000;
      steps.push({ name, seconds });
      say(`${name.padEnd(12)}${seconds.toFixed(2).padStart(7)} s`);
      return result;
    },
  };
}
