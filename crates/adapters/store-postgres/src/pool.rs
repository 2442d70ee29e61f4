//! Idle connections to one database.
//!
//! Not a crate for pools: connections stay on the store's thread, how many exist follows from how
//! many transactions run, and a connection is known to be sound by what happened on it, so that
//! no query is spent on asking.

use std::cell::RefCell;
use std::rc::Rc;

use crate::connection::Connection;
use crate::error::Trouble;
use crate::options::{Options, Place};

pub(crate) struct Pool {
    pub(crate) name: &'static str,
    place: Place,
    idle: RefCell<Vec<Rc<Connection>>>,
}

impl Pool {
    pub(crate) fn new(name: &'static str, place: Place) -> Self {
        let idle = RefCell::default();
        Pool { name, place, idle }
    }

    /// An idle connection, or a new one.
    pub(crate) async fn take(&self, options: &Options) -> Result<Rc<Connection>, Trouble> {
        loop {
            let idle = self.idle.borrow_mut().pop();
            match idle {
                Some(connection) if connection.is_closed() => {}
                Some(connection) => return Ok(connection),
                None => break,
            }
        }
        let opened = Connection::open(&self.place, options).await;
        opened.map(Rc::new)
    }

    /// Takes back a connection that is in no transaction.
    pub(crate) fn give(&self, connection: Rc<Connection>) {
        if !connection.is_closed() {
            self.idle.borrow_mut().push(connection);
        }
    }

    /// Closes the idle connections.
    pub(crate) fn clear(&self) {
        self.idle.borrow_mut().clear();
    }
}
