#pragma once
#include <protobuf-c/protobuf-c.h>
int CDescriptors_placeholder(void);
