#include "CMessages.h"
int CMessages_placeholder(void){return 0;}
