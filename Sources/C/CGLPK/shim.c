#include "CGLPK.h"
int lodestar_glpk_placeholder(void){return 0;}
