// One mixed integer program, solved by GLPK without ever ending the process.
//
// GLPK answers misuse by calling abort(). Everything here therefore runs under an error hook that leaves GLPK by longjmp, inside one
// C frame: no Swift frame is ever jumped over, because the only Swift code that runs below that frame is the progress callback, and
// it has returned by the time GLPK can fail. After such a jump GLPK's environment is unusable until glp_free_env has been called;
// it is called on every way out, so nothing of GLPK outlives a call. The environment is thread-local: calls on different threads are
// independent of each other.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A flag that any thread may raise to end the solves that watch it.
typedef struct lodestar_glpk_flag lodestar_glpk_flag;
lodestar_glpk_flag *lodestar_glpk_flag_create(void);  // NULL: out of memory
void lodestar_glpk_flag_raise(lodestar_glpk_flag *flag);
bool lodestar_glpk_flag_is_raised(const lodestar_glpk_flag *flag);
void lodestar_glpk_flag_destroy(lodestar_glpk_flag *flag);

// Indices count from 0. Infinite bounds are +-INFINITY. Integer columns need integer bounds.
typedef struct {
  int32_t column_count;
  int32_t row_count;
  bool maximize;
  double objective_constant;
  const double *column_lower;
  const double *column_upper;
  const uint8_t *column_is_integer;
  const double *column_objective;
  const double *row_lower;
  const double *row_upper;
  // Row i's entries are row_start[i] ..< row_start[i + 1] of the two arrays below.
  const int32_t *row_start;
  const int32_t *entry_column;
  const double *entry_value;
} lodestar_glpk_model;

typedef struct {
  int64_t node_limit;            // 0: none
  double time_limit_seconds;     // 0: none
  double objective_tolerance;    // relative: a node that cannot beat the incumbent by more is dropped
  double integrality_tolerance;  // absolute
  int32_t memory_limit_megabytes;
  bool gomory_cuts;
  bool rounding_cuts;  // mixed integer rounding
  bool cover_cuts;
  bool clique_cuts;
  int32_t branching;            // GLP_BR_...
  int32_t backtracking;         // GLP_BT_...
  double progress_interval_seconds;
  const lodestar_glpk_flag *cancellation;  // NULL: none
} lodestar_glpk_options;

typedef struct {
  bool has_incumbent;
  double incumbent_objective;
  bool has_bound;
  double bound;
  int64_t nodes;
  // The incumbent's column values when it is new, otherwise NULL.
  const double *new_values;
} lodestar_glpk_progress;

// Called on the solving thread; must not call GLPK and must not unwind.
typedef void (*lodestar_glpk_progress_callback)(void *context, const lodestar_glpk_progress *progress);

typedef enum {
  LODESTAR_GLPK_OPTIMAL = 0,
  LODESTAR_GLPK_INFEASIBLE = 1,
  LODESTAR_GLPK_UNBOUNDED = 2,
  LODESTAR_GLPK_NODE_LIMIT = 3,
  LODESTAR_GLPK_TIME_LIMIT = 4,
  LODESTAR_GLPK_CANCELLED = 5,
  // GLPK gave up (numerical trouble, memory limit) or was misused; error_code is GLPK's return code or 0, message says which.
  LODESTAR_GLPK_FAILED = 6,
} lodestar_glpk_termination;

typedef struct {
  lodestar_glpk_termination termination;
  int32_t error_code;
  char message[400];
  bool has_incumbent;
  double incumbent_objective;
  double *values;  // the caller's, column_count long
  bool has_bound;
  double bound;
  // The first linear relaxation, before cuts.
  bool has_relaxation;
  double relaxation_objective;
  double *reduced_costs;  // the caller's, column_count long
  int64_t nodes;
  int64_t iterations;
} lodestar_glpk_result;

void lodestar_glpk_solve(const lodestar_glpk_model *model, const lodestar_glpk_options *options,
                         lodestar_glpk_progress_callback on_progress, void *context, lodestar_glpk_result *result);

// The library's version, for example "5.0".
const char *lodestar_glpk_version(void);
// Whether the library keeps an environment per thread; solving on several threads needs it.
bool lodestar_glpk_is_thread_local(void);
