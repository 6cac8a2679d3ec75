// gather and scatter of src/kernels/fluence.ts in C: what the WebAssembly kernel is measured against, on the problem that
// bench/kernels/nativeFluence.ts writes. gcc -O3 -march=native -ffast-math gives it every advantage (fused multiplications among them).
// Prints the best processor time of some runs, seconds: of gather, of scatter, both with their planes.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef float vec __attribute__((vector_size(16), aligned(4), may_alias));

struct axis { int nodes, middle, reach; float *profile; };
struct plane { int width, height; float fromX, fromY, perMm; struct axis x, y; float *values; };
struct entry { float x, y; int row, nothing; float narrow[4], wide[4]; };

static int count, rows, columns, lines;
static struct plane planes[2];
static struct entry *entries;
static float *fluence, *doses, *between;

static inline vec load(const float *at) { return *(const vec *)at; }
static inline void store(float *at, vec value) { *(vec *)at = value; }
static inline int most(int a, int b) { return a > b ? a : b; }
static inline int least(int a, int b) { return a < b ? a : b; }

static void *read_all(FILE *file, size_t bytes) {
  void *at = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (at == NULL || fread(at, 1, bytes, file) != bytes) exit(1);
  return at;
}

static void spread(const struct plane *p) {
  memset(between, 0, sizeof(float) * 4 * p->width * lines);
  for (int row = 0; row < lines; row++)
    for (int column = 0; column < columns; column++) {
      const int at = p->x.middle + p->x.nodes * column, to = least(p->width, at + p->x.reach + 1);
      const float weight = fluence[column + columns * row];
      for (int i = most(0, at - p->x.reach); i < to; i++) {
        float *b = between + 4 * (i + p->width * row);
        store(b, load(b) + weight * load(p->x.profile + 4 * (i + p->x.reach - at)));
      }
    }
  for (int i = 0; i < p->width; i += 4)
    for (int j = 0; j < p->height; j++) {
      vec sum[4] = {};
      const int strip = least(4, p->width - i), far = j + p->y.reach - p->y.middle;
      const int low = most(0, (j - p->y.reach - p->y.middle + p->y.nodes - 1) / p->y.nodes);
      const int high = least(lines - 1, far < 0 ? -1 : far / p->y.nodes);
      for (int row = low; row <= high; row++) {
        const vec q = load(p->y.profile + 4 * (far - p->y.nodes * row));
        const float *b = between + 4 * (i + p->width * row);
        if (strip == 4)
          for (int n = 0; n < 4; n++) sum[n] += q * load(b + 4 * n);
        else
          for (int n = 0; n < strip; n++) sum[n] += q * load(b + 4 * n);
      }
      for (int n = 0; n < strip; n++) store(p->values + 4 * (i + n + p->width * j), sum[n]);
    }
}

static void collect(const struct plane *p) {
  for (int i = 0; i < p->width; i += 4)
    for (int row = 0; row < lines; row++) {
      vec sum[4] = {};
      const int strip = least(4, p->width - i), at = p->y.middle + p->y.nodes * row, to = least(p->height, at + p->y.reach + 1);
      for (int j = most(0, at - p->y.reach); j < to; j++) {
        const vec q = load(p->y.profile + 4 * (j + p->y.reach - at));
        const float *v = p->values + 4 * (i + p->width * j);
        if (strip == 4)
          for (int n = 0; n < 4; n++) sum[n] += q * load(v + 4 * n);
        else
          for (int n = 0; n < strip; n++) sum[n] += q * load(v + 4 * n);
      }
      for (int n = 0; n < strip; n++) store(between + 4 * (i + n + p->width * row), sum[n]);
    }
  for (int row = 0; row < lines; row++)
    for (int column = 0; column < columns; column++) {
      const int at = p->x.middle + p->x.nodes * column, to = least(p->width, at + p->x.reach + 1);
      vec sum = {};
      for (int i = most(0, at - p->x.reach); i < to; i++)
        sum += load(p->x.profile + 4 * (i + p->x.reach - at)) * load(between + 4 * (i + p->width * row));
      fluence[column + columns * row] += sum[0] + sum[1] + sum[2] + sum[3];
    }
}

/** The first of the four nodes around a place and the shares of the second column and row; NULL off the plane. */
static inline float *locate(const struct plane *p, const struct entry *e, float *across, float *down) {
  const float u = (e->x - p->fromX) * p->perMm, v = (e->y - p->fromY) * p->perMm;
  if (!(u >= 0 && v >= 0 && u < p->width - 1 && v < p->height - 1)) return NULL;
  const int i = (int)u, j = (int)v;
  *across = u - i;
  *down = v - j;
  return p->values + 4 * (i + p->width * j);
}

static inline vec read_at(const struct plane *p, const struct entry *e, const float *weights) {
  float across, down;
  const float *node = locate(p, e, &across, &down);
  if (node == NULL) return (vec){};
  const float *below = node + 4 * p->width;
  const vec a = load(node), b = load(below);
  const vec first = a + across * (load(node + 4) - a), second = b + across * (load(below + 4) - b);
  return load(weights) * (first + down * (second - first));
}

static inline void add_at(const struct plane *p, const struct entry *e, const float *weights, float dose) {
  float across, down;
  float *node = locate(p, e, &across, &down);
  if (node == NULL) return;
  float *below = node + 4 * p->width;
  const vec all = load(weights) * dose, second = down * all, first = all - second, b = across * first, d = across * second;
  store(node, load(node) + first - b);
  store(node + 4, load(node + 4) + b);
  store(below, load(below) + second - d);
  store(below + 4, load(below + 4) + d);
}

static void gather(void) {
  for (int n = 0; n < 2; n++) spread(planes + n);
  for (int n = 0; n < count; n++) {
    const struct entry *e = entries + n;
    const vec sum = read_at(planes + 1, e, e->wide) + read_at(planes, e, e->narrow);
    doses[e->row] += sum[0] + sum[1] + sum[2] + sum[3];
  }
}

static void scatter(void) {
  for (int n = 0; n < 2; n++) memset(planes[n].values, 0, sizeof(float) * 4 * planes[n].width * planes[n].height);
  for (int n = 0; n < count; n++) {
    const struct entry *e = entries + n;
    const float dose = doses[e->row];
    if (dose == 0) continue;
    add_at(planes + 1, e, e->wide, dose);
    add_at(planes, e, e->narrow, dose);
  }
  memset(fluence, 0, sizeof(float) * columns * lines);
  for (int n = 0; n < 2; n++) collect(planes + n);
}

static double best_of(void (*work)(void)) {
  double best = 1e9;
  for (int run = 0; run < 6; run++) {
    for (int n = 0; n < columns * lines; n++) fluence[n] = 1;
    for (int n = 0; n < rows; n++) doses[n] = 1;
    const clock_t begun = clock();
    work();
    const double took = (double)(clock() - begun) / CLOCKS_PER_SEC;
    if (run > 0 && took < best) best = took;
  }
  return best;
}

int main(int argc, char **argv) {
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
  if (file == NULL) return 1;
  const int *head = read_all(file, sizeof(int) * 4);
  count = head[0], rows = head[1], columns = head[2], lines = head[3];
  int widest = 0;
  for (int n = 0; n < 2; n++) {
    struct plane *p = planes + n;
    const int *size = read_all(file, sizeof(int) * 8);
    const float *place = read_all(file, sizeof(float) * 3);
    *p = (struct plane){size[0], size[1], place[0], place[1], place[2], {size[2], size[3], size[4], NULL}, {size[5], size[6], size[7], NULL}, NULL};
    p->x.profile = read_all(file, sizeof(float) * 4 * (2 * p->x.reach + 1));
    p->y.profile = read_all(file, sizeof(float) * 4 * (2 * p->y.reach + 1));
    p->values = aligned_alloc(64, (sizeof(float) * 4 * p->width * p->height + 127) / 64 * 64);
    widest = most(widest, p->width);
  }
  entries = read_all(file, sizeof(struct entry) * count);
  fluence = malloc(sizeof(float) * columns * lines);
  doses = malloc(sizeof(float) * rows);
  between = malloc(sizeof(float) * 4 * widest * lines);
  printf("%.9f\n", best_of(gather));
  printf("%.9f\n", best_of(scatter));
  return 0;
}
