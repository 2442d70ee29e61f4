//! The development keystore: the Hsm trait on a sealed file.
