#include "CStandardMessages.h"
int CStandardMessages_placeholder(void){return 0;}
