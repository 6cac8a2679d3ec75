/** Sum of volumes of one grid, each times its scale; rounded to single precision after every step, as if each had been scaled first. */
export function scaledSum(volumes: readonly Float32Array[], scales: readonly number[]): Float32Array {
  const sum = new Float32Array(volumes[0].length);
  volumes.forEach((data, n) => {
    const scale = scales[n];
    for (let v = 0; v < sum.length; v++) sum[v] += Math.fround(data[v] * scale);
  });
  return sum;
}
