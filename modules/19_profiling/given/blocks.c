// blocks.c: the blocks that are live, in a table that is searched by address: open addressing with linear probing.
//
// A block stands in the slot that its address names, or in the next free one behind it, round the end. When one
// goes, those behind it move up, so that every block is still found from its own slot on without meeting a free
// one.
#include "profiling.h"

// Allocators align to 16 bytes, so the lowest bits say nothing. The multiplication mixes the others into the
// highest ones.
static int home_of(const prof_blocks *b, const void *address)
{
    const uint64_t mixed = ((uint64_t)(uintptr_t)address >> 4) * 0x9e3779b97f4a7c15u;
    return (int)((mixed >> 32) * (uint64_t)b->room >> 32);
}

static int behind(const prof_blocks *b, int slot) { return slot + 1 < b->room ? slot + 1 : 0; }

prof_block *prof_blocks_find(const prof_blocks *b, const void *address)
{
    if (b->count == 0 || !address) return NULL;
    int slot = home_of(b, address);
    for (int looked = 0; looked < b->room && b->slots[slot].address; looked++, slot = behind(b, slot))
        if (b->slots[slot].address == address) return &b->slots[slot];
    return NULL;
}

tt_status prof_blocks_add(prof_blocks *b, prof_block block)
{
    if (b->count >= b->room) return TT_NO_MEMORY;
    int slot = home_of(b, block.address);
    while (b->slots[slot].address) slot = behind(b, slot);
    b->slots[slot] = block;
    b->count++;
    return TT_OK;
}

// Whether going from slot `from` forward, round the end, `to` is met before `limit`.
static bool between(int from, int to, int limit)
{
    return from <= limit ? from <= to && to < limit : from <= to || to < limit;
}

void prof_blocks_remove(prof_blocks *b, prof_block *found)
{
    int hole = (int)(found - b->slots);
    b->slots[hole].address = NULL;
    b->count--;
    for (int slot = behind(b, hole); b->slots[slot].address; slot = behind(b, slot)) {
        // A block may move up to the hole unless its own slot lies behind it.
        const int home = home_of(b, b->slots[slot].address);
        if (between(behind(b, hole), home, behind(b, slot))) continue;
        b->slots[hole] = b->slots[slot];
        b->slots[slot].address = NULL;
        hole = slot;
    }
}
