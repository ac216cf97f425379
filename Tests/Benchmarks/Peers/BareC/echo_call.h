// lodestar.bench.v1.Echo/Unary, served from within nghttp2's callbacks.
#pragma once
#include <nghttp2/nghttp2.h>

nghttp2_session_callbacks *echo_callbacks(void);
