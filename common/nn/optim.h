// optim.h: one step of every weight against its gradient.
//
// Masks    where a parameter's mask is 0, its gradient is ignored, in the norm of all gradients too, and its
//          value is exactly 0 after every step, whatever it was before: momentum, Adam's means and decay do
//          not bring it back.
// Errors   TT_BAD_VALUE if a table has no memory for training or an option is out of its range.
// Sources  Polyak: "Some methods of speeding up the convergence of iteration methods" (1964), momentum.
//          Kingma, Ba: "Adam" (2015), algorithm 1. Loshchilov, Hutter: "Decoupled Weight Decay
//          Regularization" (2019), algorithm 2, and "SGDR" (2017), equation 5, for the cosine.
//          Pascanu, Mikolov, Bengio: "On the difficulty of training recurrent neural networks" (2013),
//          algorithm 1, for clipping.
#pragma once

#include "parameters.h"

typedef struct {
    float rate;     // > 0
    float momentum; // >= 0 and < 1
    float decay;    // >= 0; each step subtracts rate * decay * value from a value that decays
} optim_sgd_options;

typedef struct {
    float rate;          // > 0
    float first, second; // how much of the running means is kept: 0.9 and 0.999 are usual
    float eps;           // > 0
    float decay;         // as above
} optim_adam_options;

// velocity = momentum velocity + grad; value -= rate (velocity + decay value). `first` holds the velocity.
tt_status optim_sgd(parameters *p, optim_sgd_options o);

// Adam with decoupled decay. step counts from 1: the running means start at 0 and are corrected for it.
tt_status optim_adam(parameters *p, optim_adam_options o, long step);

// What is masked becomes 0 without a step, so that the first forward sees it, too.
tt_status optim_apply_masks(parameters *p);

// Scale all gradients so that their norm, as one vector, is at most `most`; *norm, if not NULL,
// becomes the norm before scaling.
tt_status optim_clip(parameters *p, float most, double *norm);

// The learning rate of a step, counted from 0: a straight line up to `peak` over `warmup` steps, then half a
// cosine down to `last` at step `steps`, and `last` from there on.
float optim_rate(float peak, float last, long warmup, long steps, long step);
