#pragma once
#include <protobuf-c/protobuf-c.h>
int CStandardMessages_placeholder(void);
