// math.h: formulas in prose, between dollar signs, written so that they can be read as they stand.
//
//     $|x - t|^2 = |x|^2 - 2 x·t + |t|^2$
//     $out_ij = sum_p a_ip b_pj$
//     $softmax(q k^T / sqrt(d)) v$
//
// A letter or a word is a variable, digits are a number, ^ and _ set what follows (one of these, or what stands in
// brackets) above and below, sqrt(...) is a root, frac(a, b) a fraction, sum and prod take _ and ^ as their ends. <=, >=,
// !=, ~ and -> are the signs they look like, * is a product. Greek letters are named: alpha, sigma. Everything else is
// shown as it is.
//
// A terminal shows the text between the dollar signs, a page MathML (https://www.w3.org/TR/mathml-core/), which
// browsers draw by themselves.
#pragma once

#include <stddef.h>
#include <stdio.h>

// Write a formula of `length` bytes as a <math> element. Any text gives a well-formed element.
void page_math(FILE *out, const char *text, size_t length);
