#include "CGLPK.h"

#include <glpk.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct lodestar_glpk_flag {
  atomic_int raised;
};

lodestar_glpk_flag *lodestar_glpk_flag_create(void) {
  lodestar_glpk_flag *flag = malloc(sizeof *flag);
  if (flag != NULL) atomic_init(&flag->raised, 0);
  return flag;
}

void lodestar_glpk_flag_raise(lodestar_glpk_flag *flag) { atomic_store_explicit(&flag->raised, 1, memory_order_release); }

bool lodestar_glpk_flag_is_raised(const lodestar_glpk_flag *flag) {
  return atomic_load_explicit(&((lodestar_glpk_flag *)flag)->raised, memory_order_acquire) != 0;
}

void lodestar_glpk_flag_destroy(lodestar_glpk_flag *flag) { free(flag); }

const char *lodestar_glpk_version(void) { return glp_version(); }

bool lodestar_glpk_is_thread_local(void) { return glp_config("TLS") != NULL; }

// Why a solve is being ended from within; RUNNING while it is not.
enum { RUNNING = -1 };

typedef struct {
  const lodestar_glpk_model *model;
  const lodestar_glpk_options *options;
  lodestar_glpk_progress_callback on_progress;
  void *context;
  lodestar_glpk_result *result;
  glp_prob *problem;
  int stop;
  double started_seconds;
  double reported_seconds;
  jmp_buf escape;
} run;

static double monotonic_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// GLPK says what went wrong through its terminal, just before it calls the error hook. Nothing reaches the real terminal.
static int on_terminal(void *info, const char *text) {
  run *r = info;
  if (glp_at_error()) {
    size_t used = strlen(r->result->message);
    for (; *text != '\0' && used + 1 < sizeof r->result->message; text++) {
      char letter = *text;
      if (letter == '\n') letter = ' ';
      if ((unsigned char)letter >= ' ' && (unsigned char)letter < 127) r->result->message[used++] = letter;
    }
    r->result->message[used] = '\0';
  }
  return 1;
}

static void on_error(void *info) {
  run *r = info;
  longjmp(r->escape, 1);
}

static bool should_stop(run *r) {
  if (r->stop != RUNNING) return true;
  const lodestar_glpk_options *options = r->options;
  if (options->cancellation != NULL && lodestar_glpk_flag_is_raised(options->cancellation)) {
    r->stop = LODESTAR_GLPK_CANCELLED;
  } else if (options->node_limit > 0 && r->result->nodes > options->node_limit) {
    r->stop = LODESTAR_GLPK_NODE_LIMIT;
  } else if (options->time_limit_seconds > 0 && monotonic_seconds() - r->started_seconds >= options->time_limit_seconds) {
    r->stop = LODESTAR_GLPK_TIME_LIMIT;
  }
  return r->stop != RUNNING;
}

static void fail(run *r, int code, const char *message) {
  r->result->termination = LODESTAR_GLPK_FAILED;
  r->result->error_code = code;
  if (r->result->message[0] == '\0') strncpy(r->result->message, message, sizeof r->result->message - 1);
}

static void report(run *r, const double *new_values) {
  if (r->on_progress == NULL) return;
  double now = monotonic_seconds();
  if (new_values == NULL && now - r->reported_seconds < r->options->progress_interval_seconds) return;
  r->reported_seconds = now;
  lodestar_glpk_progress progress = {
      .has_incumbent = r->result->has_incumbent,
      .incumbent_objective = r->result->incumbent_objective,
      .has_bound = r->result->has_bound,
      .bound = r->result->bound,
      .nodes = r->result->nodes,
      .new_values = new_values,
  };
  r->on_progress(r->context, &progress);
}

// Copies the best integer solution out of GLPK.
static void keep_incumbent(run *r) {
  lodestar_glpk_result *result = r->result;
  for (int j = 0; j < r->model->column_count; j++) result->values[j] = glp_mip_col_val(r->problem, j + 1);
  result->incumbent_objective = glp_mip_obj_val(r->problem);
  result->has_incumbent = true;
}

static void on_tree_event(glp_tree *tree, void *info) {
  run *r = info;
  int total = 0;
  glp_ios_tree_size(tree, NULL, NULL, &total);
  r->result->nodes = total;
  int best = glp_ios_best_node(tree);
  if (best != 0) {
    double bound = glp_ios_node_bound(tree, best);
    r->result->has_bound = fabs(bound) < 1e300;
    r->result->bound = bound;
  }
  // GLPK 5.0 does not announce every better solution by GLP_IBINGO: it is looked for.
  int status = glp_mip_status(r->problem);
  if ((status == GLP_FEAS || status == GLP_OPT)
      && (!r->result->has_incumbent || glp_mip_obj_val(r->problem) != r->result->incumbent_objective)) {
    keep_incumbent(r);
    report(r, r->result->values);
  } else {
    report(r, NULL);
  }
  if (should_stop(r)) glp_ios_terminate(tree);
}

static int bound_type(double lower, double upper) {
  if (isinf(lower) && isinf(upper)) return GLP_FR;
  if (isinf(upper)) return GLP_LO;
  if (isinf(lower)) return GLP_UP;
  return lower == upper ? GLP_FX : GLP_DB;
}

static void load(run *r) {
  const lodestar_glpk_model *m = r->model;
  glp_prob *p = r->problem = glp_create_prob();
  glp_set_obj_dir(p, m->maximize ? GLP_MAX : GLP_MIN);
  glp_set_obj_coef(p, 0, m->objective_constant);
  if (m->column_count > 0) glp_add_cols(p, m->column_count);
  if (m->row_count > 0) glp_add_rows(p, m->row_count);
  for (int j = 0; j < m->column_count; j++) {
    glp_set_col_kind(p, j + 1, m->column_is_integer[j] ? GLP_IV : GLP_CV);
    glp_set_col_bnds(p, j + 1, bound_type(m->column_lower[j], m->column_upper[j]), m->column_lower[j], m->column_upper[j]);
    glp_set_obj_coef(p, j + 1, m->column_objective[j]);
  }
  int *indices = glp_alloc(m->column_count + 1, sizeof(int));
  double *values = glp_alloc(m->column_count + 1, sizeof(double));
  for (int i = 0; i < m->row_count; i++) {
    glp_set_row_bnds(p, i + 1, bound_type(m->row_lower[i], m->row_upper[i]), m->row_lower[i], m->row_upper[i]);
    int length = m->row_start[i + 1] - m->row_start[i];
    // GLPK checks the length too, but only after we would have written past the arrays.
    if (length < 0 || length > m->column_count) {
      glp_error("row %d has %d entries for %d columns\n", i + 1, length, m->column_count);
    }
    for (int k = 0; k < length; k++) {
      indices[k + 1] = m->entry_column[m->row_start[i] + k] + 1;
      values[k + 1] = m->entry_value[m->row_start[i] + k];
    }
    glp_set_mat_row(p, i + 1, length, indices, values);
  }
  glp_free(indices);
  glp_free(values);
}

// Simplex iterations that take a small part of a second: between slices the cancel flag is looked at. A slice is counted in
// iterations, not in time, so that the same problem takes the same path on every machine.
static int slice_iterations(glp_prob *p) {
  double work = (double)glp_get_num_nz(p) + 20.0 * (glp_get_num_rows(p) + glp_get_num_cols(p)) + 1.0;
  double slice = 2e7 / work;
  return slice < 20 ? 20 : slice > 5000 ? 5000 : (int)slice;
}

// The first linear relaxation. Returns whether an optimal basis was found; otherwise result says how it ended.
static bool solve_relaxation(run *r) {
  glp_prob *p = r->problem;
  glp_scale_prob(p, GLP_SF_GM | GLP_SF_EQ | GLP_SF_2N | GLP_SF_SKIP);
  glp_adv_basis(p, 0);
  glp_smcp parameters;
  glp_init_smcp(&parameters);
  parameters.msg_lev = GLP_MSG_OFF;
  parameters.it_lim = slice_iterations(p);
  bool restarted = false;
  for (;;) {
    int code = glp_simplex(p, &parameters);
    r->result->iterations = glp_get_it_cnt(p);
    if (should_stop(r)) {
      r->result->termination = r->stop;
      return false;
    }
    report(r, NULL);
    if (code == GLP_EITLIM) continue;
    if (code == 0) break;
    if (restarted) {
      fail(r, code, "the simplex method failed on the linear relaxation");
      return false;
    }
    restarted = true;
    glp_std_basis(p);
  }
  switch (glp_get_status(p)) {
    case GLP_OPT:
      break;
    case GLP_NOFEAS:
      r->result->termination = LODESTAR_GLPK_INFEASIBLE;
      return false;
    case GLP_UNBND:
      r->result->termination = LODESTAR_GLPK_UNBOUNDED;
      return false;
    default:
      // Primal feasible with no dual feasible solution is unbounded; with no primal one it is infeasible.
      if (glp_get_prim_stat(p) == GLP_NOFEAS) {
        r->result->termination = LODESTAR_GLPK_INFEASIBLE;
      } else if (glp_get_dual_stat(p) == GLP_NOFEAS) {
        r->result->termination = LODESTAR_GLPK_UNBOUNDED;
      } else {
        fail(r, 0, "the linear relaxation has no definite status");
      }
      return false;
  }
  r->result->bound = glp_get_obj_val(p);
  r->result->has_bound = true;
  r->result->has_relaxation = true;
  r->result->relaxation_objective = r->result->bound;
  for (int j = 0; j < r->model->column_count; j++) r->result->reduced_costs[j] = glp_get_col_dual(p, j + 1);
  return true;
}

static void branch_and_cut(run *r) {
  const lodestar_glpk_options *options = r->options;
  glp_iocp parameters;
  glp_init_iocp(&parameters);
  parameters.msg_lev = GLP_MSG_OFF;
  parameters.br_tech = options->branching;
  parameters.bt_tech = options->backtracking;
  parameters.tol_obj = options->objective_tolerance;
  parameters.tol_int = options->integrality_tolerance;
  parameters.gmi_cuts = options->gomory_cuts ? GLP_ON : GLP_OFF;
  parameters.mir_cuts = options->rounding_cuts ? GLP_ON : GLP_OFF;
  parameters.cov_cuts = options->cover_cuts ? GLP_ON : GLP_OFF;
  parameters.clq_cuts = options->clique_cuts ? GLP_ON : GLP_OFF;
  // GLPK 5.0's integer presolver is left off: on small random programs it answered an infeasible one with a point, and it aborts when
  // it removes every column while cuts are on.
  parameters.presolve = GLP_OFF;
  parameters.cb_func = on_tree_event;
  parameters.cb_info = r;
  if (options->time_limit_seconds > 0) {
    // The callback watches the clock between nodes; this ends a long node as well.
    double left = options->time_limit_seconds - (monotonic_seconds() - r->started_seconds);
    double milliseconds = left * 1000;
    parameters.tm_lim = milliseconds < 1 ? 1 : milliseconds > INT_MAX / 2 ? INT_MAX : (int)milliseconds + 1;
  }
  int code = glp_intopt(r->problem, &parameters);
  r->result->iterations = glp_get_it_cnt(r->problem);
  int status = glp_mip_status(r->problem);
  if (status == GLP_OPT || status == GLP_FEAS) keep_incumbent(r);
  if (code == GLP_ETMLIM && r->stop == RUNNING) r->stop = LODESTAR_GLPK_TIME_LIMIT;
  if (r->stop != RUNNING && (code == GLP_ESTOP || code == GLP_ETMLIM)) {
    r->result->termination = r->stop;
  } else if (code != 0) {
    fail(r, code, "the integer search failed");
  } else if (status == GLP_OPT) {
    r->result->termination = LODESTAR_GLPK_OPTIMAL;
    r->result->has_bound = true;
    r->result->bound = r->result->incumbent_objective;
  } else if (status == GLP_NOFEAS) {
    r->result->termination = LODESTAR_GLPK_INFEASIBLE;
    r->result->has_bound = false;
  } else {
    fail(r, 0, "the integer search ended without an answer");
  }
}

static void solve_relaxed_only(run *r) {
  for (int j = 0; j < r->model->column_count; j++) r->result->values[j] = glp_get_col_prim(r->problem, j + 1);
  r->result->incumbent_objective = glp_get_obj_val(r->problem);
  r->result->has_incumbent = true;
  r->result->termination = LODESTAR_GLPK_OPTIMAL;
}

static void solve(run *r) {
  if (glp_init_env() > 1) {
    fail(r, 0, "no memory for GLPK's environment");
    return;
  }
  glp_term_hook(on_terminal, r);
  glp_error_hook(on_error, r);
  glp_mem_limit(r->options->memory_limit_megabytes);
  load(r);
  bool integral = glp_get_num_int(r->problem) > 0;
  if (!solve_relaxation(r)) return;
  if (integral) branch_and_cut(r);
  else solve_relaxed_only(r);
}

void lodestar_glpk_solve(const lodestar_glpk_model *model, const lodestar_glpk_options *options,
                         lodestar_glpk_progress_callback on_progress, void *context, lodestar_glpk_result *result) {
  double *values = result->values;
  double *reduced_costs = result->reduced_costs;
  memset(result, 0, sizeof *result);
  result->values = values;
  result->reduced_costs = reduced_costs;
  run r = {
      .model = model,
      .options = options,
      .on_progress = on_progress,
      .context = context,
      .result = result,
      .stop = RUNNING,
      .started_seconds = monotonic_seconds(),
  };
  r.reported_seconds = r.started_seconds;
  // Nothing of this frame is read after the jump but what lives in memory behind pointers.
  if (setjmp(r.escape) == 0) {
    solve(&r);
  } else {
    fail(&r, 0, "GLPK failed");
    // What the jump interrupted may have been half copied.
    result->has_incumbent = false;
    result->has_bound = false;
    result->has_relaxation = false;
  }
  // Frees the problems as well; they belong to the environment.
  glp_free_env();
}
