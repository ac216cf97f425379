#pragma once
#include <protobuf-c/protobuf-c.h>
int CMessages_placeholder(void);
