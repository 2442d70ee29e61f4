//! What one room asks of another: traits, and the shapes that cross between rooms.
//!
//! | module | who calls whom |
//! |---|---|
//! | [`vault`] | the front calls the vault; answers hold pseudonyms and traits, never a number |
//! | [`front`] | the vault tells the front what became of a message |
//! | [`carrier`] | the vault calls the courier, the courier calls carriers: one number and one text at a time |
//! | [`operator`] | the vault asks an operator about a number, through the courier |
//!
//! Every answer the front can receive is `Serialize`; `numbers::E164` is not. So no answer type
//! can hold a number, and the compiler says so.

pub mod carrier;
pub mod front;
pub mod operator;
pub mod vault;
