//! Phone numbers as types: parse what people type, classify and place it.
