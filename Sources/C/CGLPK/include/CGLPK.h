#pragma once
int lodestar_glpk_placeholder(void);
