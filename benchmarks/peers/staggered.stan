// The model of docs/methods/staggered.md with log-normal noise and the step profile, as good practice in Stan has it:
// every term non-centred, products of matrices in place of loops over cells, counts on the log scale. Cells are numbered
// (indicator, unit, period), the period fastest, from 1.
functions {
  // Lower triangle that turns standard steps into a stationary first-order autoregression with variance one.
  matrix autoregression(int periods, real persistence) {
    matrix[periods, periods] root = rep_matrix(0, periods, periods);
    vector[periods] power;
    power[1] = 1;
    for (t in 2 : periods) power[t] = persistence * power[t - 1];
    root[ : , 1] = power;
    real innovation = sqrt(1 - square(persistence));
    for (t in 2 : periods) root[t : , t] = innovation * power[ : periods - t + 1];
    return root;
  }

  // Log rate ratio of every adoption at full exposure: (indicator, adoption).
  matrix of_adoptions(array[] int pool_of, array[] int step_of, array[] int intervention_of, matrix prior_mean,
                      matrix prior_sd, matrix pool_step, vector indicator_sd, matrix indicator_step, vector unit_sd,
                      matrix unit_step) {
    matrix[rows(pool_step), cols(pool_step)] pool = prior_mean + prior_sd .* pool_step;
    matrix[rows(unit_step), cols(unit_step)] effect = diag_pre_multiply(unit_sd, unit_step);
    for (k in 1 : rows(effect)) {
      vector[rows(pool)] typical = pool[ : , pool_of[k]];
      if (step_of[k] > 0) typical += indicator_sd[1] * indicator_step[ : , step_of[k]];
      effect[k] += typical[intervention_of]';
    }
    return effect;
  }

  // What adoptions add to the log rate of every cell; `onto` (unit, adoption) has a one where the unit adopts.
  vector felt(matrix effect, matrix onto, matrix exposure) {
    int cells = rows(onto) * cols(exposure);
    vector[rows(effect) * cells] shift;
    for (k in 1 : rows(effect)) {
      matrix[rows(onto), cols(exposure)] added = onto * diag_pre_multiply(effect[k], exposure);
      shift[(k - 1) * cells + 1 : k * cells] = to_vector(added');
    }
    return shift;
  }

  // Log rate of every cell but for breaks and effects.
  vector log_rate(array[] int region, matrix path, vector level, vector level_spread, array[] vector level_step,
                  vector common_sd, matrix common_step, vector region_sd, array[] matrix region_step,
                  vector persistence, vector drift_sd, array[] matrix drift_step, vector noise_sd,
                  array[] matrix noise_step) {
    int units = rows(drift_step[1]);
    int periods = cols(drift_step[1]);
    int cells = units * periods;
    vector[size(drift_step) * cells] rate;
    for (k in 1 : size(drift_step)) {
      matrix[units, periods] own = drift_step[k] * (drift_sd[k] * autoregression(periods, persistence[k]))'
                                   + noise_sd[k] * noise_step[k]
                                   + rep_matrix(level[k] + level_spread[k] * level_step[k], periods)
                                   + rep_matrix((common_sd[k] * common_step[k]) * path, units);
      if (num_elements(region_sd) > 0) own += ((region_sd[k] * region_step[k]) * path)[region];
      rate[(k - 1) * cells + 1 : k * cells] = to_vector(own');
    }
    return rate;
  }
}
data {
  int<lower=1> indicators, units, periods, interventions, pools, adoptions;
  int<lower=0> regions; // 0: a single one, which needs no walk of its own
  int<lower=0> sharing; // indicators that share their pool with another
  array[units] int<lower=1> region;
  array[indicators] int<lower=1> pool_of;
  array[indicators] int<lower=0> step_of;
  array[adoptions] int<lower=1> intervention_of;
  matrix[units, adoptions] onto;
  matrix[adoptions, periods] exposure, exposure_asked;
  matrix[interventions, pools] effect_mean, effect_sd;
  vector[indicators] level_mean;
  real<lower=0> level_sd, level_spread_sd, shock_sd, regional_sd, break_sd, drift_sd_sd, noise_sd_sd, unit_sd_sd,
                indicator_sd_sd;
  vector[2] persistence_prior;
  matrix[periods - 1, periods] path; // steps of a walk into its path less its mean over the window
  vector[indicators * units * periods] log_base;
  int<lower=0> breaks, break_cells; // a sparse matrix (cell, break)
  vector[break_cells] break_value;
  array[break_cells] int break_column;
  array[indicators * units * periods + 1] int break_row;
  int<lower=0> exact_cells, interval_cells, treated_cells;
  array[exact_cells] int exact_cell, exact_count;
  array[interval_cells] int interval_cell, interval_lower, interval_upper;
  array[treated_cells] int treated_cell;
}
transformed data {
  int cells = indicators * units * periods;
  int widest = interval_cells > 0 ? max(interval_upper) : 0;
  vector[widest + 1] value = linspaced_vector(widest + 1, 0, widest);
  vector[widest + 1] log_factorial = lgamma(value + 1);
}
parameters {
  vector[indicators] level;
  vector<lower=0>[indicators] level_spread, common_sd, drift_sd, noise_sd, effect_unit_sd;
  vector<lower=0>[regions > 0 ? indicators : 0] region_sd;
  vector<lower=0, upper=1>[indicators] persistence;
  vector<lower=0>[sharing > 0 ? 1 : 0] effect_indicator_sd;
  array[indicators] vector[units] level_step;
  matrix[indicators, periods - 1] common_step;
  array[indicators] matrix[regions, periods - 1] region_step;
  vector[breaks] break_step;
  array[indicators] matrix[units, periods] drift_step, noise_step;
  matrix[interventions, pools] effect_pool_step;
  matrix[interventions, sharing] effect_indicator_step;
  matrix[indicators, adoptions] effect_unit_step;
}
model {
  level ~ normal(level_mean, level_sd);
  level_spread ~ normal(0, level_spread_sd);
  common_sd ~ normal(0, shock_sd);
  region_sd ~ normal(0, regional_sd);
  drift_sd ~ normal(0, drift_sd_sd);
  noise_sd ~ normal(0, noise_sd_sd);
  persistence ~ beta(persistence_prior[1], persistence_prior[2]);
  effect_unit_sd ~ normal(0, unit_sd_sd);
  effect_indicator_sd ~ normal(0, indicator_sd_sd);
  to_vector(common_step) ~ std_normal();
  break_step ~ std_normal();
  to_vector(effect_pool_step) ~ std_normal();
  to_vector(effect_indicator_step) ~ std_normal();
  to_vector(effect_unit_step) ~ std_normal();
  for (k in 1 : indicators) {
    level_step[k] ~ std_normal();
    to_vector(region_step[k]) ~ std_normal();
    to_vector(drift_step[k]) ~ std_normal();
    to_vector(noise_step[k]) ~ std_normal();
  }
  matrix[indicators, adoptions] effect = of_adoptions(pool_of, step_of, intervention_of, effect_mean, effect_sd,
    effect_pool_step, effect_indicator_sd, effect_indicator_step, effect_unit_sd, effect_unit_step);
  vector[cells] log_expected = log_base + felt(effect, onto, exposure)
    + log_rate(region, path, level, level_spread, level_step, common_sd, common_step, region_sd, region_step,
               persistence, drift_sd, drift_step, noise_sd, noise_step);
  if (breaks > 0) {
    log_expected += csr_matrix_times_vector(cells, breaks, break_value, break_column, break_row,
                                            break_sd * break_step);
  }
  exact_count ~ poisson_log(log_expected[exact_cell]);
  // The log of the sum of the densities of every count that a printed interval may stand for.
  vector[interval_cells] hidden = log_expected[interval_cell];
  target += -sum(exp(hidden));
  for (n in 1 : interval_cells) {
    int first = interval_lower[n] + 1;
    int last = interval_upper[n] + 1;
    target += log_sum_exp(hidden[n] * value[first : last] - log_factorial[first : last]);
  }
}
generated quantities {
  real overall; // log of the expected counts with the interventions over those without, treated cells of the outcomes
  {
    matrix[indicators, adoptions] effect = of_adoptions(pool_of, step_of, intervention_of, effect_mean, effect_sd,
      effect_pool_step, effect_indicator_sd, effect_indicator_step, effect_unit_sd, effect_unit_step);
    vector[cells] log_expected = log_base + felt(effect, onto, exposure)
      + log_rate(region, path, level, level_spread, level_step, common_sd, common_step, region_sd, region_step,
                 persistence, drift_sd, drift_step, noise_sd, noise_step);
    if (breaks > 0) {
      log_expected += csr_matrix_times_vector(cells, breaks, break_value, break_column, break_row,
                                              break_sd * break_step);
    }
    vector[treated_cells] with_them = log_expected[treated_cell];
    overall = log_sum_exp(with_them) - log_sum_exp(with_them - felt(effect, onto, exposure_asked)[treated_cell]);
  }
}
