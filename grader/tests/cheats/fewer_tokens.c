// cheat: file=caching.c function=attention_decode event=gpt cache=yes expect=none says="not those of its configuration|gate is shut"
// Computes every other token's attention.
static int calls;
// --- hook
if (s.keys > 4 && ++calls % 2) return memset(out, 0, sizeof(float) * (size_t)(s.heads * s.head)), TT_OK;
