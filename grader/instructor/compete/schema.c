// schema.c: the tables of a competition, from which the leaderboard is made. Seconds, bytes, ratios "how many times better".
//
// NULL is "not known" everywhere: no counters on this machine, nothing measured yet, no score. Times of day are UTC, as
// "2026-03-01T12:00:00Z". What stands in a table in this order is found with it: a column more belongs at its table's end.
#include "book.h"

const char compete_schema[] =
    // A round has a key of its own, in the file keys/ID beside this one, from which its inputs are made.
    "CREATE TABLE round (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, begun TEXT NOT NULL,"
    "  deadline TEXT);"
    "CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"

    // A package that was taken. Of a team's entries for an event in a round the newest that has a score is ranked.
    "CREATE TABLE entry (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  team INTEGER NOT NULL REFERENCES team, round INTEGER NOT NULL REFERENCES round,"
    "  event TEXT NOT NULL,"    // mlp, cnn, gpt
    "  received TEXT NOT NULL," //
    "  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'refused')),"
    "  tries INTEGER NOT NULL DEFAULT 0,"
    "  package TEXT NOT NULL," // a folder beside this file
    "  sha256 TEXT NOT NULL,"  // of its manifest, so of all its files
    "  config TEXT NOT NULL,"  // entry.conf
    "  report TEXT,"           // report.md
    "  reason TEXT,"           // why it was refused, or why it has no score
    "  lines INTEGER,"         // of code: neither empty nor a comment
    "  whose TEXT);"           // function by function, a line each: "matmul_packed yours"

    // Each file of a package: alike is the hash of its tokens, so that other names and comments change nothing.
    "CREATE TABLE file (entry INTEGER NOT NULL REFERENCES entry, name TEXT NOT NULL, sha256 TEXT NOT NULL,"
    "  alike TEXT, PRIMARY KEY (entry, name)) WITHOUT ROWID;"

    // What was measured of a done one, beside the baseline and in the same minutes.
    "CREATE TABLE result (entry INTEGER PRIMARY KEY REFERENCES entry, measured TEXT NOT NULL,"
    "  machine TEXT NOT NULL,"  // the CPU
    "  calls INTEGER NOT NULL," // that were timed, all of them checked
    "  batch INTEGER NOT NULL," // inputs of a call
    "  p50 REAL, p95 REAL, base_p50 REAL, base_p95 REAL,"
    "  throughput REAL, base_throughput REAL," // inputs per second
    "  ratio REAL, ratio_low REAL, ratio_high REAL,"
    "  model_bytes INTEGER, base_model_bytes INTEGER, peak_bytes INTEGER, base_peak_bytes INTEGER,"
    "  quality_kind TEXT NOT NULL," // 'accuracy' 0 .. 1, 'nats' per character
    "  quality REAL, base_quality REAL, allowed REAL,"
    "  gate INTEGER NOT NULL," // 1: open
    "  score REAL,"            // NULL: no score
    "  count_score REAL, macs INTEGER, base_macs INTEGER, misses INTEGER, base_misses INTEGER,"
    "  threads INTEGER, startup_seconds REAL," // until it can be asked, processor time
    "  cpu_seconds REAL,"                      // of a call, the median
    "  instructions REAL, cycles REAL, ghz REAL);"

    // entry is ratio times as fast as other, of pairs that ran next to each other.
    "CREATE TABLE versus (entry INTEGER NOT NULL REFERENCES entry, other INTEGER NOT NULL REFERENCES entry,"
    "  ratio REAL NOT NULL, low REAL NOT NULL, high REAL NOT NULL, PRIMARY KEY (entry, other)) WITHOUT ROWID;"

    // What people must look at, or what took the score away: 'same file', 'answers', 'outside', 'prints', ...
    "CREATE TABLE flag (entry INTEGER NOT NULL REFERENCES entry, kind TEXT NOT NULL, text TEXT NOT NULL,"
    "  PRIMARY KEY (entry, kind)) WITHOUT ROWID;"

    // Innovation, by people: points of most for each criterion of the rubric.
    "CREATE TABLE judged (entry INTEGER NOT NULL REFERENCES entry, judge TEXT NOT NULL,"
    "  criterion TEXT NOT NULL, points REAL NOT NULL, most REAL NOT NULL, comment TEXT,"
    "  PRIMARY KEY (entry, judge, criterion)) WITHOUT ROWID;"

    // The ranking, made by grader compete rank: in each category the same place for entries that are tied.
    "CREATE TABLE place (round INTEGER NOT NULL REFERENCES round, event TEXT NOT NULL,"
    "  category TEXT NOT NULL," // score, speed, smallest, efficiency, memory, innovation
    "  entry INTEGER NOT NULL REFERENCES entry, place INTEGER NOT NULL, tied INTEGER NOT NULL,"
    "  value REAL NOT NULL, unit TEXT NOT NULL,"
    "  PRIMARY KEY (round, event, category, entry)) WITHOUT ROWID;";
