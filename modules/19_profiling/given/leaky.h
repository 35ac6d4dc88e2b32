// leaky.h: a small program with a leak, as they are written: it classifies pictures, and sends back those that are too dark.
#pragma once

// Answer `requests` requests; how many were answered with a class, and not sent back.
int profiling_leaky_serve(int requests);
