/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/published.h"

/* OSW_FLAGS_<ISA>, of the build, says that a variant exists. */
#ifdef OSW_FLAGS_AVX2
#define AVX2(name) [OSW_ISA_AVX2] = osw_kernel_##name##_avx2,
#else
#define AVX2(name)
#endif
#ifdef OSW_FLAGS_AVX512
#define AVX512(name) [OSW_ISA_AVX512] = osw_kernel_##name##_avx512,
#else
#define AVX512(name)
#endif
#define KERNELS(name)                                                                    \
    .kernel = osw_kernel_##name,                                                         \
    .wide = {[OSW_ISA_BASELINE] = osw_kernel_##name##_baseline, AVX2(name) AVX512(name)}
#define DECLARE(name)                                                                    \
    extern osw_kernel_entry osw_kernel_##name, osw_kernel_##name##_baseline,             \
        osw_kernel_##name##_avx2, osw_kernel_##name##_avx512;

DECLARE(robertson)
DECLARE(hires)
DECLARE(oregonator)
DECLARE(e5)
DECLARE(pollu)

const struct osw_bench_published osw_bench_robertson = {
    KERNELS(robertson),
    .p = {0.04, 3e7, 1e4},
    .scale = {1e-6, 1e-12, 1},
    .times = {1, 1e2, 1e4, 1e6, 1e8, 1e10, 1e11},
    .y = {0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050},
};

const struct osw_bench_published osw_bench_hires = {
    KERNELS(hires),
    .p = {0.0007, 280},
    .scale = {1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3},
    .times = {1, 5, 20, 50, 100, 150, 200, 250, 300, 321.8122},
    .y = {0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4,
          0.1175651343283149e-2, 0.2386356198831331e-2, 0.6238968252742796e-2,
          0.2849998395185769e-2, 0.2850001604814231e-2},
};

const struct osw_bench_published osw_bench_oregonator = {
    KERNELS(oregonator),
    .p = {77.27, 0.161, 8.375e-6},
    .scale = {1, 1, 1},
    .times = {30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 360},
    .y = {0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3},
};

/* Up to 1e7 of 1e13: later y2 and y3 approach 1/(CM t), and a difference of 1e-24 between
 * them, which rounding makes, decides what they are. Answer at 1e7: Radau IIA of order 5
 * at rtol 1e-13 with y2 = y3 + y4 eliminated, digits shared with BDF. */
const struct osw_bench_published osw_bench_e5 = {
    KERNELS(e5),
    .p = {7.89e-10, 1.1e7, 1.13e3, 1.13e9},
    .scale = {1e-3, 1e-14, 1e-14, 1e-14},
    .times = {1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7},
    .y = {4.71503336304e-10, 1.8188895860806e-14, 1.8188812376786e-14, 8.34840202963e-20},
};

const struct osw_bench_published osw_bench_pollu = {
    KERNELS(pollu),
    .p = {0.35,    26.6,  1.23e4, 8.6e-4, 8.2e-4, 1.5e4, 1.3e-4, 2.4e4,  1.65e4,
          9e3,     0.022, 1.2e4,  1.88,   1.63e4, 4.8e6, 3.5e-4, 0.0175, 1e8,
          4.44e11, 1240,  2.1,    5.78,   0.0474, 1780,  3.12},
    .scale = {1e-2, 1e-1, 1e-8, 1e-2, 1e-6, 1e-6,  1e-1, 1e-1, 1e-2, 1e-8,
              1e-8, 1e-3, 1e-4, 1e-5, 1e-2, 1e-16, 1e-2, 1e-4, 1e-6, 1e-5},
    .times = {5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60},
    .y = {0.5646255480022769e-1,  0.1342484130422339,    0.4139734331099427e-8,
          0.5523140207484359e-2,  0.2018977262302196e-6, 0.1464541863493966e-6,
          0.7784249118997964e-1,  0.3245075353396018,    0.7494013383880406e-2,
          0.1622293157301561e-7,  0.1135863833257075e-7, 0.2230505975721359e-2,
          0.2087162882798630e-3,  0.1396921016840158e-4, 0.8964884856898295e-2,
          0.4352846369330103e-17, 0.6899219696263405e-2, 0.1007803037365946e-3,
          0.1772146513969984e-5,  0.5682943292316392e-4},
};
