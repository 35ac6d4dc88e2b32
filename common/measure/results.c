// results.c: rows of results in memory, written as JSON and read back (with jansson).
#include "results.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/file.h"
#include "core/foreign.h"

const char *const results_length_names[RESULTS_LENGTHS] = {"full", "plot", "quick"};

void results_finish(results *r)
{
    if (!r) return;
    if (!r->fixed) free(r->rows);
    *r = (results){0};
}

void results_row_name(results_row *row, const char *suite, const char *kase, const char *variant,
                      const char *unit)
{
    snprintf(row->suite, sizeof row->suite, "%s", suite);
    snprintf(row->kase, sizeof row->kase, "%s", kase);
    snprintf(row->variant, sizeof row->variant, "%s", variant);
    snprintf(row->unit, sizeof row->unit, "%s", unit);
}

tt_status results_add(results *r, const results_row *row)
{
    if (r->row_count == r->row_room) {
        int room = r->row_room ? 2 * r->row_room : 64;
        if (r->fixed) return tt_fail(TT_NO_MEMORY, "more than %d rows", r->row_room);
        results_row *rows = realloc(r->rows, (size_t)room * sizeof *rows);
        if (!rows) return tt_fail(TT_NO_MEMORY, "no memory for %d result rows", room);
        r->rows = rows;
        r->row_room = room;
    }
    r->rows[r->row_count++] = *row;
    return TT_OK;
}

// As many whole characters of a text as there is room for: half of one is no UTF-8, and no JSON.
static void cut_text(char *to, size_t size, const char *text)
{
    size_t length = 0, next;
    uint32_t point;
    while (text[length] && (next = escape_decode(&point, text + length, strnlen(text + length, 4))) > 0 &&
           length + next < size)
        length += next;
    snprintf(to, size, "%.*s", (int)length, text);
}

tt_status results_set(results *r, const char *name, double value, const char *unit)
{
    int i = 0;
    while (i < r->value_count && strcmp(r->values[i].name, name) != 0) i++;
    if (i == RESULTS_MOST_VALUES) return tt_fail(TT_NO_MEMORY, "more than %d values", i);
    if (i == r->value_count) r->value_count++;
    results_value *v = &r->values[i];
    cut_text(v->name, sizeof v->name, name);
    cut_text(v->unit, sizeof v->unit, unit);
    v->value = value;
    return TT_OK;
}

tt_status results_add_part(results *r, const results_part *part)
{
    if (r->part_count == RESULTS_MOST_PARTS)
        return tt_fail(TT_NO_MEMORY, "more than %d parts", RESULTS_MOST_PARTS);
    r->parts[r->part_count++] = *part;
    return TT_OK;
}

const results_part *results_find_part(const results *r, const char *name)
{
    for (int i = 0; i < r->part_count; i++)
        if (!strcmp(r->parts[i].name, name)) return &r->parts[i];
    return NULL;
}

bool results_same_machine(const results *a, const results *b)
{
    return !strcmp(a->machine.cpu, b->machine.cpu) && !strcmp(a->machine.compiler, b->machine.compiler) &&
           !strcmp(a->machine.flags, b->machine.flags);
}

const results_row *results_find(const results *r, const char *suite, const char *kase, const char *variant)
{
    for (int i = 0; i < r->row_count; i++) {
        const results_row *row = &r->rows[i];
        if (!strcmp(row->suite, suite) && !strcmp(row->kase, kase) && !strcmp(row->variant, variant))
            return row;
    }
    return NULL;
}

const results_row *results_base(const results *r, const results_row *row)
{
    for (int i = 0; i < r->row_count; i++)
        if (!strcmp(r->rows[i].suite, row->suite) && !strcmp(r->rows[i].kase, row->kase)) return &r->rows[i];
    return row;
}

const results_value *results_get(const results *r, const char *name)
{
    for (int i = 0; i < r->value_count; i++)
        if (!strcmp(r->values[i].name, name)) return &r->values[i];
    return NULL;
}

double results_rate(const results_row *row)
{
    return row->work / measure_describe(row->seconds, row->n).median;
}

// One call of a slow variant is longer than a round of all others, so that none of them stood beside it.
enum { FEW_PAIRS = 3 };

measure_stats results_ratio(const results_row *row, const results_row *base)
{
    int pairs = row->n < base->n ? row->n : base->n;
    measure_stats s = measure_ratio(base->seconds, row->seconds, pairs);
    if (pairs > 0 && pairs < FEW_PAIRS)
        s.low = s.median = s.high =
            measure_describe(base->seconds, base->n).median / measure_describe(row->seconds, row->n).median;
    double scale = row->work / base->work; // 1 where both do the same work
    s.min *= scale, s.low *= scale, s.median *= scale, s.high *= scale, s.p95 *= scale;
    return s;
}

double results_best_ratio(const results_row *row, const results_row *base)
{
    double a = measure_describe(row->seconds, row->n).min, b = measure_describe(base->seconds, base->n).min;
    return row->work / a / (base->work / b);
}

double results_gain_of_gain(const results *r, const char *suite, const char *kase, const char *two,
                            const char *one, const char *yard_two, const char *yard_one)
{
    const char *const names[] = {two, one, yard_two, yard_one};
    const results_row *row[4];
    for (int i = 0; i < 4; i++)
        if (!(row[i] = results_find(r, suite, kase, names[i]))) return NAN;
    double gain = results_best_ratio(row[0], row[1]), most = results_best_ratio(row[2], row[3]);
    return most >= 1.1 ? gain / most : NAN;
}

// --- JSON ---

static json_t *number(double x) { return isfinite(x) ? json_real(x) : json_null(); }

static const char *const kind_names[RESULTS_KINDS] = {"rung", "given", "yardstick"};

static json_t *pack_machine(const machine_info *m)
{
    json_t *caches = json_object(), *bandwidth = json_object();
    for (int i = 0; i < MACHINE_LEVELS; i++) {
        if (m->cache_bytes[i])
            json_object_set_new(caches, machine_level_names[i], json_integer(m->cache_bytes[i]));
        json_object_set_new(bandwidth, machine_level_names[i], number(m->bandwidth[i]));
    }
    return json_pack("{s:s, s:i, s:o, s:s, s:s, s:s, s:o, s:o}", "cpu", m->cpu, "cores", m->cores, "caches",
                     caches, "compiler", m->compiler, "flags", m->flags, "date", m->date, "peak_flops",
                     number(m->peak_flops), "bandwidth", bandwidth);
}

static json_t *pack_row(const results *r, const results_row *row)
{
    char why[sizeof row->why]; // a sentence of anybody's, which may have been cut
    cut_text(why, sizeof why, row->why);
    measure_stats t = measure_describe(row->seconds, row->n);
    json_t *all = json_array();
    for (int i = 0; i < row->n; i++) json_array_append_new(all, json_real(row->seconds[i]));
    json_t *seconds = json_pack("{s:o, s:o, s:o, s:i, s:o}", "min", number(t.min), "median", number(t.median),
                                "p95", number(t.p95), "n", t.n, "all", all);
    const results_row *base = results_base(r, row);
    measure_stats q = results_ratio(row, base);
    json_t *ratio = json_pack("{s:s, s:o, s:o, s:o, s:i}", "to", base->variant, "median", number(q.median),
                              "low", number(q.low), "high", number(q.high), "pairs", q.n);
    return json_pack("{s:s, s:s, s:s, s:s, s:f, s:i, s:b, s:s, s:o, s:f, s:o, s:s, s:o}", "suite", row->suite,
                     "case", row->kase, "variant", row->variant, "kind", kind_names[row->kind], "x", row->x,
                     "threads", row->threads, "passed", row->passed, "why", why, "seconds", seconds, "work",
                     row->work, "rate", number(results_rate(row)), "unit", row->unit, "ratio", ratio);
}

tt_status results_save(const results *r, const char *path)
{
    json_t *rows = json_array(), *values = json_object(), *parts = json_array();
    int lost = 0; // what jansson does not take: a text that is not UTF-8, a number that is not finite
    for (int i = 0; i < r->row_count; i++) lost += json_array_append_new(rows, pack_row(r, &r->rows[i])) != 0;
    for (int i = 0; i < r->part_count; i++)
        lost += json_array_append_new(parts, json_pack("{s:s, s:s, s:f, s:i}", "name", r->parts[i].name,
                                                       "program", r->parts[i].program, "seconds",
                                                       r->parts[i].seconds, "rows", r->parts[i].rows)) != 0;
    for (int i = 0; i < r->value_count; i++)
        lost += json_object_set_new(values, r->values[i].name,
                                    json_pack("{s:o, s:s}", "value", number(r->values[i].value), "unit",
                                              r->values[i].unit)) != 0;
    json_t *root =
        json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o}", "module", r->module, "side", r->side, "length",
                  results_length_names[r->length], "quick", r->length == RESULTS_QUICK, "machine",
                  pack_machine(&r->machine), "parts", parts, "values", values, "rows", rows);
    file_new f;
    tt_status status = file_begin(&f, path);
    if (status == TT_OK &&
        (lost > 0 || json_dumpf(root, f.out, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) != 0))
        status = tt_fail(TT_BAD_FILE,
                         "%s: cannot be written: a text is not UTF-8, a number is not finite, or there is no "
                         "memory",
                         path);
    json_decref(root);
    return file_end(&f, status);
}

static void copy_text(char *to, size_t size, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    cut_text(to, size, text ? text : "");
}

static int count_of(foreign *f, const json_t *object, const char *key)
{
    return (int)foreign_whole(f, object, key, 0, INT_MAX);
}

static void unpack_machine(machine_info *m, foreign *f, const json_t *o)
{
    copy_text(m->cpu, sizeof m->cpu, o, "cpu");
    copy_text(m->compiler, sizeof m->compiler, o, "compiler");
    copy_text(m->flags, sizeof m->flags, o, "flags");
    copy_text(m->date, sizeof m->date, o, "date");
    m->cores = count_of(f, o, "cores");
    m->peak_flops = foreign_real(f, o, "peak_flops");
    for (int i = 0; i < MACHINE_LEVELS; i++) {
        m->cache_bytes[i] =
            foreign_whole(f, json_object_get(o, "caches"), machine_level_names[i], 0, LONG_MAX);
        m->bandwidth[i] = foreign_real(f, json_object_get(o, "bandwidth"), machine_level_names[i]);
    }
}

static bool unpack_row(results_row *row, foreign *f, const json_t *o)
{
    copy_text(row->suite, sizeof row->suite, o, "suite");
    copy_text(row->kase, sizeof row->kase, o, "case");
    copy_text(row->variant, sizeof row->variant, o, "variant");
    copy_text(row->why, sizeof row->why, o, "why");
    copy_text(row->unit, sizeof row->unit, o, "unit");
    row->x = foreign_real(f, o, "x");
    row->work = foreign_real(f, o, "work");
    row->threads = count_of(f, o, "threads");
    row->passed = json_is_true(json_object_get(o, "passed"));
    const char *kind = json_string_value(json_object_get(o, "kind"));
    int k = 0;
    while (k < RESULTS_KINDS && (!kind || strcmp(kind, kind_names[k]) != 0)) k++;
    if (k == RESULTS_KINDS) return false;
    row->kind = (results_kind)k;
    const json_t *all = json_object_get(json_object_get(o, "seconds"), "all");
    if (!json_is_array(all) || json_array_size(all) > RESULTS_MOST_ROUNDS) return false;
    row->n = (int)json_array_size(all);
    for (int i = 0; i < row->n; i++)
        if (!foreign_take_real(&row->seconds[i], json_array_get(all, (size_t)i))) return false;
    return row->suite[0] && row->kase[0] && row->variant[0];
}

static tt_status unpack(results *r, foreign *f, const json_t *root)
{
    copy_text(r->module, sizeof r->module, root, "module");
    copy_text(r->side, sizeof r->side, root, "side");
    const char *length = json_string_value(json_object_get(root, "length"));
    if (!length) length = json_is_true(json_object_get(root, "quick")) ? "quick" : "full"; // an older file
    while (r->length < RESULTS_LENGTHS && strcmp(length, results_length_names[r->length]) != 0) r->length++;
    if (r->length == RESULTS_LENGTHS) return TT_BAD_FILE;
    unpack_machine(&r->machine, f, json_object_get(root, "machine"));
    const json_t *rows = json_object_get(root, "rows");
    if (!r->module[0] || !json_is_array(rows)) return TT_BAD_FILE;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        results_row row = {0};
        if (!unpack_row(&row, f, json_array_get(rows, i))) return TT_BAD_FILE;
        tt_status status = results_add(r, &row);
        if (status != TT_OK) return status;
    }
    const json_t *parts = json_object_get(root, "parts");
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *o = json_array_get(parts, i);
        results_part part = {.seconds = foreign_real(f, o, "seconds"), .rows = count_of(f, o, "rows")};
        copy_text(part.name, sizeof part.name, o, "name");
        copy_text(part.program, sizeof part.program, o, "program");
        tt_status status = results_add_part(r, &part);
        if (status != TT_OK) return status;
    }
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(root, "values"), name, value)
    {
        char unit[sizeof r->values[0].unit];
        copy_text(unit, sizeof unit, value, "unit");
        const json_t *v = json_object_get(value, "value"); // null stands for a number that is not finite
        double x = NAN;
        foreign_take_real(&x, v);
        tt_status status = results_set(r, name, x, unit);
        if (status != TT_OK) return status;
    }
    return f->status;
}

tt_status results_load(results *out, const char *path)
{
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return tt_fail(TT_BAD_FILE, "%s: %s (line %d); run the benchmark again", path, error.text,
                       error.line);
    results r = {0};
    foreign f = {path, TT_OK};
    tt_status status = unpack(&r, &f, root);
    json_decref(root);
    if (status != TT_OK) {
        results_finish(&r);
        if (f.status != TT_OK) return f.status; // its sentence names the field
        return tt_fail(status, "%s: not a file of results; run the benchmark again", path);
    }
    *out = r;
    return TT_OK;
}
