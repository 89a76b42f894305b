{ abi3 = true; }
