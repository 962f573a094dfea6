"""Records of MSC administrations: judged against the profiles, and built from a short description."""
