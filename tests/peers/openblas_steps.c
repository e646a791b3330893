/* Trains an MLP with plain C and OpenBLAS and tells how long steps took: a peer of tests/DistSgd.Benchmarks.

   usage: openblas_steps DATA WIDTHS BATCH

   DATA holds images.u8 and labels.u8. Each line N on standard input trains N steps and is answered by the seconds they took. A step does
   what a step of DistSgd does: it gathers a batch of bytes, scales it, goes forward and backward, counts right classes, clips by the
   global norm, looks for NaN, and updates with momentum. Compile with -O3 -march=native -ffast-math -lopenblas -lm. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_LAYERS = 8 };
static const float CLIP = 5.0f, RATE = 0.05f, MOMENTUM = 0.9f;

static int layers, batch, width[MAX_LAYERS + 1], examples;
static unsigned char *images, *labels;
static float *parameters, *gradient, *velocity, *activation[MAX_LAYERS + 1], *delta[MAX_LAYERS + 1];
static size_t offset[MAX_LAYERS + 1];
static int *order, position;
static double total_loss;
static long total_correct;

static unsigned char *read_file(const char *folder, const char *name, long *length) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) { perror(path); exit(2); }
    fseek(file, 0, SEEK_END);
    *length = ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*length);
    if (fread(bytes, 1, *length, file) != (size_t)*length) { perror(path); exit(2); }
    fclose(file);
    return bytes;
}

static float *allocate(size_t count) {
    float *p = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
    memset(p, 0, count * sizeof(float));
    return p;
}

static void gather(unsigned char *target) {
    if (position + batch > examples) {
        for (int i = examples - 1; i > 0; i--) {
            int j = (int)(drand48() * (i + 1)), t = order[i];
            order[i] = order[j];
            order[j] = t;
        }
        position = 0;
    }
    for (int r = 0; r < batch; r++) {
        const unsigned char *image = images + (size_t)order[position] * width[0];
        float *row = activation[0] + (size_t)r * width[0];
        for (int i = 0; i < width[0]; i++) row[i] = image[i] * (1.0f / 255);
        target[r] = labels[order[position++]];
    }
}

static void step(void) {
    static unsigned char target[1 << 20];
    gather(target);
    for (int l = 0; l < layers; l++) {
        int in = width[l], out = width[l + 1];
        float *w = parameters + offset[l], *b = w + (size_t)in * out, *z = activation[l + 1];
        for (int r = 0; r < batch; r++) memcpy(z + (size_t)r * out, b, out * sizeof(float));
        if (batch == 1)
            cblas_sgemv(CblasRowMajor, CblasTrans, in, out, 1, w, out, activation[l], 1, 1, z, 1);
        else
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, batch, out, in, 1, activation[l], in, w, out, 1, z, out);
        if (l < layers - 1)
            for (size_t i = 0; i < (size_t)batch * out; i++) z[i] = z[i] > 0 ? z[i] : 0;
    }

    int classes = width[layers];
    for (int r = 0; r < batch; r++) {
        float *z = activation[layers] + (size_t)r * classes, *d = delta[layers] + (size_t)r * classes, sum = 0;
        int best = 0;
        for (int j = 1; j < classes; j++) if (z[j] > z[best]) best = j;
        total_correct += best == target[r];
        for (int j = 0; j < classes; j++) sum += d[j] = expf(z[j] - z[best]);
        total_loss += logf(sum) - (z[target[r]] - z[best]);
        for (int j = 0; j < classes; j++) d[j] = (d[j] / sum - (j == target[r])) / batch;
    }

    for (int l = layers - 1; l >= 0; l--) {
        int in = width[l], out = width[l + 1];
        float *w = parameters + offset[l], *g = gradient + offset[l], *gb = g + (size_t)in * out;
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, in, out, batch, 1, activation[l], in, delta[l + 1], out, 0, g, out);
        memset(gb, 0, out * sizeof(float));
        for (int r = 0; r < batch; r++)
            for (int j = 0; j < out; j++) gb[j] += delta[l + 1][(size_t)r * out + j];
        if (l > 0) {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, batch, in, out, 1, delta[l + 1], out, w, out, 0, delta[l], in);
            for (size_t i = 0; i < (size_t)batch * in; i++) delta[l][i] = activation[l][i] > 0 ? delta[l][i] : 0;
        }
    }

    size_t count = offset[layers];
    float squares = 0;
    for (size_t i = 0; i < count; i++) squares += gradient[i] * gradient[i];
    float norm = sqrtf(squares), scale = norm > CLIP ? CLIP / norm : 1;
    if (!(norm < 1e30f)) return;
    for (size_t i = 0; i < count; i++) {
        velocity[i] = MOMENTUM * velocity[i] + scale * gradient[i];
        parameters[i] -= RATE * velocity[i];
    }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int count, char **arguments) {
    if (count != 4) { fprintf(stderr, "usage: openblas_steps DATA WIDTHS BATCH\n"); return 2; }
    openblas_set_num_threads(1);
    batch = atoi(arguments[3]);
    layers = -1;
    for (char *w = strtok(arguments[2], ","); w; w = strtok(NULL, ",")) width[++layers] = atoi(w);
    long bytes;
    images = read_file(arguments[1], "images.u8", &bytes);
    labels = read_file(arguments[1], "labels.u8", &bytes);
    examples = (int)bytes;
    order = malloc(examples * sizeof(int));
    for (int i = 0; i < examples; i++) order[i] = i;
    position = examples;
    for (int l = 0; l < layers; l++) offset[l + 1] = offset[l] + (size_t)(width[l] + 1) * width[l + 1];
    parameters = allocate(offset[layers]);
    gradient = allocate(offset[layers]);
    velocity = allocate(offset[layers]);
    for (int l = 0; l < layers; l++)
        for (size_t i = 0; i < (size_t)width[l] * width[l + 1]; i++)
            parameters[offset[l] + i] = (float)((2 * drand48() - 1) * sqrt(6.0 / width[l]));
    for (int l = 0; l <= layers; l++) {
        activation[l] = allocate((size_t)batch * width[l]);
        delta[l] = allocate((size_t)batch * width[l]);
    }
    int steps;
    while (scanf("%d", &steps) == 1) {
        double start = now();
        for (int i = 0; i < steps; i++) step();
        printf("%.9f\n", now() - start);
        fflush(stdout);
    }
    return 0;
}
