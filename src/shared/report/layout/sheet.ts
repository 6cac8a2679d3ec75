import { type Mark, type Page, PAPERS, type Report } from '../model.ts';
import { FOOT, HEAD, MARGIN } from './style.ts';
import type { Measure } from './wrap.ts';

type Group = Page['groups'][number];

/** Pages under way: blocks put marks at the pen and ask for room first. */
export class Sheet {
  readonly measure: Measure;
  readonly left = MARGIN;
  readonly right: number;
  readonly top = MARGIN + HEAD;
  readonly bottom: number;
  readonly pages: Group[][] = [[]];
  /** Where the next block begins. */
  y: number;

  constructor(paper: Report['paper'], measure: Measure) {
    const [width, height] = PAPERS[paper];
    this.measure = measure;
    this.right = width - MARGIN;
    this.bottom = height - MARGIN - FOOT;
    this.y = this.top;
  }

  get width(): number {
    return this.right - this.left;
  }

  /** Whether nothing stands on the page yet. */
  get isFresh(): boolean {
    return this.y <= this.top;
  }

  /** A new page where less than `height` is left. True when there is one. */
  need(height: number): boolean {
    if (this.isFresh || this.y + height <= this.bottom) return false;
    this.turn();
    return true;
  }

  turn(): void {
    this.pages.push([]);
    this.y = this.top;
  }

  put(marks: readonly Mark[], clip?: Group['clip']): void {
    this.pages[this.pages.length - 1].push({ marks, ...(clip === undefined ? {} : { clip }) });
  }
}
