/** erf(x) within 1.2e-7: the rational Chebyshev fit of W. H. Press et al., Numerical Recipes in C (2nd ed. 1992), section 6.2. */
export function errorFunction(x: number): number {
  const t = 1 / (1 + Math.abs(x) / 2);
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const polynomial = terms.reduceRight((sum, term) => sum * t + term, 0);
  const rest = t * Math.exp(-x * x + polynomial);
  return x >= 0 ? 1 - rest : rest - 1;
}
