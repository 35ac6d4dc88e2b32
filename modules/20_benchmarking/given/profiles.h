// profiles.h: whom an entry of the MLP Sprint is for, as a table: what counts, and what must be kept.
#pragma once

#include "tuning.h"

enum { PROFILE_PHONE, PROFILE_SERVER, PROFILE_EDGE, PROFILES };
extern const oly_profile profiles[PROFILES];

const oly_profile *profiles_find(const char *name); // NULL: none is called so
