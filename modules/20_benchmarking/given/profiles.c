// profiles.c: the table. Memory is what one call of 64 pictures has in use, weights included.
#include "given/profiles.h"

#include <math.h>
#include <string.h>

// A phone has a battery and other programs; a server answers many at once; at the edge is a chip with little memory.
const oly_profile profiles[PROFILES] = {
    [PROFILE_PHONE] = {"phone", .latency = 0.5, .memory = 0.25, .bytes = 0.25, INFINITY, 2e6, 0.885},
    [PROFILE_SERVER] = {"server", .latency = 1, .memory = 0, .bytes = 0, INFINITY, INFINITY, 0.895},
    [PROFILE_EDGE] = {"edge", .latency = 0.1, .memory = 0.3, .bytes = 0.6, INFINITY, 1e6, 0.86},
};

const oly_profile *profiles_find(const char *name)
{
    for (int i = 0; name && i < PROFILES; i++)
        if (strcmp(profiles[i].name, name) == 0) return &profiles[i];
    return NULL;
}
