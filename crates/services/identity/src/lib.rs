//! Verification as the product sees it: pseudonyms, channels, limits by address and money.
