// What programs mean that include everything, precompiled.
#include <bits/stdc++.h>

#include "rewardsmith.hpp"
#include "warm.hpp"
