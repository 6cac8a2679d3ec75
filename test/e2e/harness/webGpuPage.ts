import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import type {
  SuperpositionKernel,
  SweepCone,
  SweepProblem,
  SweepRun,
} from '#shared/dosimetry/collapsedCone/kernels/contract.ts';
import { launchBrowser } from './browser.ts';
import { floatsOf, type KernelInPage, textOf } from './kernelMessages.ts';

/** Loopback counts as a secure context, which WebGPU wants; nothing listens there, the page is fulfilled by the test. */
const ORIGIN = 'http://localhost/';

/** Chromium's software adapter: right, but slower than a CPU kernel. */
export const SOFTWARE_GPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

declare const kernelInPage: KernelInPage;

/** The WebGPU kernel in a page of real Chromium, as a kernel of this process: what runs there is only passed on. */
export interface WebGpuPage extends AsyncDisposable {
  readonly kernel: SuperpositionKernel;
  readonly opensByItself: KernelInPage['opensByItself'];
  readonly lossUnderWay: KernelInPage['lossUnderWay'];
  readonly influence: KernelInPage['influence'];
  /** Milliseconds that a cone through a problem takes there, the mean of `times`. */
  time(problem: SweepProblem, cone: SweepCone, times: number): Promise<number>;
}

export async function openWebGpuPage(flags = SOFTWARE_GPU): Promise<WebGpuPage> {
  const script = await bundle();
  const browser = await launchBrowser(flags);
  try {
    return await kernelPage(browser, script);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function kernelPage(browser: Browser, script: string): Promise<WebGpuPage> {
  const page = await browser.newPage();
  await page.route(`${ORIGIN}**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>kernel</title>' }),
  );
  await page.goto(ORIGIN);
  await page.evaluate(script);
  const name = await page.evaluate(() => kernelInPage.name);
  const tables = new Map<Float32Array, Promise<number>>();
  let runs = 0;
  const begin = (problem: SweepProblem): RemoteRun => new RemoteRun(page, tables, ++runs, problem);
  return {
    kernel: { name, begin },
    opensByItself: () => page.evaluate(() => kernelInPage.opensByItself()),
    lossUnderWay: () => page.evaluate(() => kernelInPage.lossUnderWay()),
    influence: () => page.evaluate(() => kernelInPage.influence()),
    time: async (problem, cone, times) => {
      const run = begin(problem);
      const time = await run.time(cone, times);
      run.end();
      return time;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

class RemoteRun implements SweepRun {
  readonly #page: Page;
  readonly #tables: Map<Float32Array, Promise<number>>;
  readonly #id: number;
  readonly #begun: Promise<void>;

  constructor(page: Page, tables: Map<Float32Array, Promise<number>>, id: number, problem: SweepProblem) {
    this.#page = page;
    this.#tables = tables;
    this.#id = id;
    const [density, terma, hardening] = [problem.density, problem.terma, problem.hardening].map(textOf);
    const { dims, spacing, minorTerma, source } = problem;
    const plain = { dims, spacing, minorTerma, source, density, terma, hardening };
    this.#begun = page.evaluate(([run, given]) => kernelInPage.begin(run, given), [id, plain] as const);
    this.#begun.catch(() => undefined);
  }

  async sweep({ direction, coefficients }: SweepCone): Promise<void> {
    await this.#begun;
    const what = [this.#id, direction, await this.#table(coefficients)] as const;
    await this.#page.evaluate((given) => kernelInPage.sweep(...given), what);
  }

  async finish(): Promise<Float32Array> {
    await this.#begun;
    return floatsOf(await this.#page.evaluate((run) => kernelInPage.finish(run), this.#id));
  }

  end(): void {
    void this.#begun.then(() => this.#page.evaluate((run) => kernelInPage.end(run), this.#id)).catch(() => undefined);
  }

  async time({ direction, coefficients }: SweepCone, times: number): Promise<number> {
    await this.#begun;
    const what = [this.#id, direction, await this.#table(coefficients), times] as const;
    return await this.#page.evaluate((given) => kernelInPage.time(...given), what);
  }

  #table(coefficients: Float32Array): Promise<number> {
    let sent = this.#tables.get(coefficients);
    if (sent === undefined) {
      const id = this.#tables.size;
      const what = [id, textOf(coefficients)] as const;
      sent = this.#page.evaluate((given) => kernelInPage.table(...given), what).then(() => id);
      this.#tables.set(coefficients, sent);
    }
    return sent;
  }
}

/** The page's side as one script. */
async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL('./kernelInPage.ts', import.meta.url));
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, target: 'esnext', lib: { entry, formats: ['es'], fileName: 'kernel' } },
  })) as Rolldown.RolldownOutput | Rolldown.RolldownOutput[];
  const [chunk] = [built].flat()[0].output;
  return `(async () => {\n${chunk.code}\n})()`;
}
