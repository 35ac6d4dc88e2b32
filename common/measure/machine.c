// machine.c: asks the system what machine it is, and measures the machine's peak flop/s and bandwidths.
#include "machine.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "measure.h"
#include "roofs.h"
#include "core/tensor.h"

const char *const machine_level_names[MACHINE_LEVELS] = {"L1", "L2", "L3", "DRAM"};

// The sizes of levels that the system says nothing of: DRAM, and any cache that is missing or unknown.
static const size_t usual_bytes[MACHINE_LEVELS] = {32 << 10, 512 << 10, 16 << 20, 512 << 20};

static void read_cpu_name(char *name, size_t size)
{
    snprintf(name, size, "unknown CPU");
    FILE *f = fopen("/proc/cpuinfo", "r");
    if (!f) return;
    char line[256];
    while (fgets(line, sizeof line, f)) {
        char *value = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !value) continue;
        value[strcspn(value, "\n")] = 0;
        snprintf(name, size, "%s", value + 2);
        break;
    }
    fclose(f);
}

// The bytes of the data cache of a level, from the kernel's folders index0, index1, ..., which are in no
// guaranteed order. 0 if it is not in them.
static long read_cache_bytes(int level)
{
    for (int i = 0; i < 8; i++) {
        char path[96], type[16] = "", unit = 0;
        int found = 0;
        long size = 0;
        static const char *const names[] = {"level", "type", "size"};
        for (int n = 0; n < 3; n++) {
            snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", i, names[n]);
            FILE *f = fopen(path, "r");
            if (!f) break;
            int read = n == 0   ? fscanf(f, "%d", &found)
                       : n == 1 ? fscanf(f, "%15s", type)
                                : fscanf(f, "%ld%c", &size, &unit);
            fclose(f);
            if (read < 1) break;
        }
        if (found == level && strcmp(type, "Instruction") != 0)
            return size * (unit == 'M' ? 1 << 20 : unit == 'K' ? 1 << 10 : 1);
    }
    return 0;
}

static const char *vector_extension(void)
{
#if defined __AVX512VNNI__
    return "AVX-512 VNNI";
#elif defined __AVX512F__
    return "AVX-512";
#elif defined __AVX2__
    return "AVX2";
#elif defined __ARM_NEON
    return "NEON";
#else
    return "no wide vectors";
#endif
}

void machine_describe(machine_info *info)
{
    *info = (machine_info){0};
    char name[64];
    read_cpu_name(name, sizeof name);
    snprintf(info->cpu, sizeof info->cpu, "%s, %s", name, vector_extension());
    cpu_set_t set;
    info->cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    for (int i = 0; i < MACHINE_LEVELS - 1; i++) info->cache_bytes[i] = read_cache_bytes(i + 1);
#ifdef __clang__
    snprintf(info->compiler, sizeof info->compiler, "clang %d.%d", __clang_major__, __clang_minor__);
#else
    snprintf(info->compiler, sizeof info->compiler, "gcc %d.%d", __GNUC__, __GNUC_MINOR__);
#endif
    snprintf(info->flags, sizeof info->flags, "%s", TT_FLAGS);
    time_t now = time(NULL);
    strftime(info->date, sizeof info->date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
}

double machine_read_bandwidth(size_t bytes, double seconds)
{
    size_t count = bytes / sizeof(float) / 128 * 128;
    float *x = tensor_alloc(count);
    if (!x) return 0;
    double best = 0, end = measure_now() + seconds;
    measure_keep(roofs_read(x, count));
    do {
        double start = measure_now();
        size_t passes = (1u << 20) / bytes + 1;
        for (size_t i = 0; i < passes; i++) measure_keep(roofs_read(x, count));
        double rate = (double)(passes * count) * sizeof(float) / (measure_now() - start);
        if (rate > best) best = rate;
    } while (measure_now() < end);
    free(x);
    return best;
}

void machine_measure(machine_info *info)
{
    double end = measure_now() + 0.2;
    while (measure_now() < end) {
        double start = measure_now(), flops = roofs_multiply_add(1e8);
        double rate = flops / (measure_now() - start);
        if (rate > info->peak_flops) info->peak_flops = rate;
    }
    for (int i = 0; i < MACHINE_LEVELS; i++) {
        size_t bytes = info->cache_bytes[i] ? (size_t)info->cache_bytes[i] : usual_bytes[i];
        info->bandwidth[i] = machine_read_bandwidth(bytes / 2, 0.1);
    }
}

void machine_line(const machine_info *info, char *line, size_t size)
{
    snprintf(line, size, "%s, %d core%s, %s, %.10s", info->cpu, info->cores, info->cores == 1 ? "" : "s",
             info->compiler, info->date);
}
