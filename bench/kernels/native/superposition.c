// The sweep of src/kernels/superposition.ts in C, eight voxels at a time: what the WebAssembly kernel is measured against.
// Memory: floats; rows of whole vectors; table entries of eight floats. gcc -O3 -march=native -ffast-math gives it every advantage.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LANES = 8, RATES = 6, TILE = 4, ANGLES = 257, NODES = 8, LAST_NODE = NODES - 2 };
typedef float vec __attribute__((vector_size(32), aligned(4), may_alias));
typedef int ivec __attribute__((vector_size(32)));

static inline vec load(const float *at) { return *(const vec *)at; }
static inline void store(float *at, vec value) { *(vec *)at = value; }
static inline vec splat(float value) { return (vec){} + value; }
static inline vec twice(vec q) { return q * (splat(2) - q); }
static inline int any(ivec mask) {
  long long parts[4];
  memcpy(parts, &mask, sizeof parts);
  return (parts[0] | parts[1] | parts[2] | parts[3]) != 0;
}
static inline vec series(vec y) {
  vec square = y * y;
  return y * (1 - y * .5f + square * (1.f / 6 - y * (1.f / 24) + square * (1.f / 120 - y * (1.f / 720))));
}
static inline vec root(vec x) {
  for (int l = 0; l < LANES; l++) x[l] = sqrtf(x[l]);
  return x;
}

/** Rows to columns, eight by eight; the last two of a table entry are padding. */
static inline void transpose(vec m[LANES]) {
  vec a[LANES], b[LANES];
  for (int n = 0; n < 4; n++) {
    a[2 * n] = __builtin_shufflevector(m[2 * n], m[2 * n + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    a[2 * n + 1] = __builtin_shufflevector(m[2 * n], m[2 * n + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int n = 0; n < 2; n++)
    for (int s = 0; s < 2; s++) {
      b[4 * n + 2 * s] = __builtin_shufflevector(a[4 * n + s], a[4 * n + 2 + s], 0, 1, 8, 9, 4, 5, 12, 13);
      b[4 * n + 2 * s + 1] = __builtin_shufflevector(a[4 * n + s], a[4 * n + 2 + s], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int n = 0; n < 4; n++) {
    m[n] = __builtin_shufflevector(b[n], b[4 + n], 0, 1, 2, 3, 8, 9, 10, 11);
    m[4 + n] = __builtin_shufflevector(b[n], b[4 + n], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

struct grid {
  int n0, n1, n2;
  float *density, *terma, *hardening, *energy;
};

static void row(const struct grid *g, size_t at, float *line, size_t rate, const float *table, float step, float left, float h,
                float y, float depth, const float d[3], float minor, int flush) {
  const vec lanes = {0, 1, 2, 3, 4, 5, 6, 7};
  const float square = y * y + depth * depth;
  for (int i = 0; i < g->n0; i += LANES, at += LANES, line += LANES) {
    vec x = load(g->density + at) * step, released = load(g->terma + at), e[RATES], q[RATES], k[LANES];
    int inField = any(released != 0);
    e[0] = load(line);
    e[1] = load(line + rate);
    if (!any(x != 0) || !(inField || any((e[0] != 0) | (e[1] != 0)))) continue;
    for (int r = 2; r < RATES; r++) e[r] = load(line + r * rate);
    vec exponent = x * .05f;
    q[0] = any(exponent > .2f) ? twice(twice(twice(twice(series(exponent * .0625f))))) : series(exponent);
    q[1] = twice(q[0]);
    q[2] = twice(q[1]);
    q[3] = twice(twice(q[2]));
    q[4] = twice(q[3]);
    q[5] = q[4] * (3 - q[4] * (3 - q[4]));
    vec absorbed = {};
    for (int r = 0; r < RATES; r++) {
      vec lost = e[r] * q[r];
      absorbed += lost;
      e[r] -= lost;
      if (flush) e[r] = (vec)((ivec)e[r] & ((e[r] > 1e-28f) | (e[r] < -1e-28f)));
    }
    if (inField) {
      static const float mean[RATES] = {20, 10, 5, 1.25f, .625f, 1 / 4.8f};
      int shared = !any(released > minor);
      vec vx = left + h * (shared ? splat(i + 1.5f) + (vec){0, 0, 0, 0, 4, 4, 4, 4} : splat(i) + lanes);
      vec inverse = 1 / root(vx * vx + square);
      vec ux = vx * inverse - d[0], uy = y * inverse - d[1], uz = depth * inverse - d[2];
      ivec angle = __builtin_convertvector(root(ux * ux + uy * uy + uz * uz) * 128 + .5f, ivec);
      for (int l = 0; l < LANES; l += shared ? 4 : 1) {
        float index = g->hardening[at + l];
        if (shared)
          for (int n = 1; n < 4; n++) index = fmaxf(index, g->hardening[at + l + n]);
        int node = (int)index < LAST_NODE ? (int)index : LAST_NODE;
        const float *entry = table + 8 * (node * ANGLES + angle[l]);
        vec low = load(entry);
        k[l] = low + (index - node) * (load(entry + 8 * ANGLES) - low);
        if (shared) k[l + 1] = k[l + 2] = k[l + 3] = k[l];
      }
      transpose(k);
      for (int r = 0; r < RATES; r++) {
        vec part = k[r] * released, gone = part * q[r] * mean[r];
        e[r] += gone;
        absorbed += part * x - gone;
      }
    }
    store(g->energy + at, load(g->energy + at) + absorbed / step);
    for (int r = 0; r < RATES; r++) store(line + r * rate, e[r]);
  }
}

/** One cone along the slowest axis. */
static void sweep(const struct grid *g, const float *table, const float source[3], float h, const float d[3], float minor) {
  static float *lines;
  int reach[2];
  for (int a = 0; a < 2; a++) reach[a] = (int)roundf(d[a] / d[2] * (g->n2 - 1));
  size_t rate = g->n0 + abs(reach[0]) + LANES, stride = rate * RATES;
  lines = realloc(lines, sizeof(float) * stride * TILE);
  int baseX = reach[0] > 0 ? reach[0] : 0, baseY = reach[1] > 0 ? reach[1] : 0;
  for (int tile = 0; tile < g->n1 + abs(reach[1]); tile += TILE) {
    memset(lines, 0, sizeof(float) * stride * TILE);
    for (int k = 0; k < g->n2; k++) {
      int sx = (int)roundf(d[0] / d[2] * k), sy = (int)roundf(d[1] / d[2] * k);
      for (int t = 0; t < TILE; t++) {
        int j = tile + t + sy - baseY;
        if (j < 0 || j >= g->n1) continue;
        row(g, ((size_t)k * g->n1 + j) * g->n0, lines + t * stride + baseX - sx, rate, table, h / d[2], -source[0], h,
            j * h - source[1], k * h - source[2], d, minor, k % 4 == 0);
      }
    }
  }
}

/** `superposition n`: nanoseconds per voxel and direction on n³ voxels of 3 mm water: transport, minor release, full release. */
int main(int argc, char **argv) {
  int n = argc > 1 ? atoi(argv[1]) : 128;
  size_t count = (size_t)n * n * n;
  struct grid g = {n, n, n, malloc(4 * count), malloc(4 * count), malloc(4 * count), calloc(4, count)};
  float *table = malloc(sizeof(float) * 8 * ANGLES * NODES), h = .3f;
  float source[3] = {n * h / 2, n * h / 2, -88}, d[3] = {.282f, .188f, .941f};
  for (int v = 0; v < 8 * ANGLES * NODES; v++) table[v] = v % 8 < RATES ? 1e-3f * (v % 97) : 0;
  for (int mode = 0; mode < 3; mode++) {
    for (size_t v = 0; v < count; v++) {
      size_t i = v % n, j = v / n % n, k = v / n / n;
      int face = i == 0 || j == 0 || k == 0;
      g.density[v] = 1;
      g.hardening[v] = 1.5f;
      g.terma[v] = mode > 0 || face ? 1 : 0;
    }
    double best = 1e9;
    for (int run = 0; run < 9; run++) {
      struct timespec a, b;
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
      sweep(&g, table, source, h, d, mode == 1 ? 2 : 1e-9f);
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
      double ns = (b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec);
      if (run > 0 && ns < best) best = ns;
    }
    printf("%.3f\n", best / count);
  }
  return g.energy[count / 2] == -1;
}
