//! Limits by address and device. In memory: they protect the front and the bill, and the vault's
//! rows hold behind them when this process forgets.

use std::net::IpAddr;

use model::{Millis, Timestamp};

use crate::{
    config::IdentityConfig,
    error::FrontLimit,
    windows::{Take, Windows},
};

/// Where a request came from, as far as limits care.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// The person's address; absent when an application calls for them without naming it.
    pub address: Option<IpAddr>,
    /// A name for the person's device, as the application or a cookie gives it; at most 64 bytes.
    pub device: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    Address([u8; 16]),
    Device([u8; 32]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Doing {
    Start,
    Check,
}

const WINDOW: Millis = Millis::from_seconds(600);

/// Counts requests by source.
#[derive(Default)]
pub struct Limits(Windows<(Source, Doing)>);

/// A limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limited {
    /// Which.
    pub limit: FrontLimit,
    /// When it opens again.
    pub retry_after_seconds: u32,
}

impl Limits {
    /// Counts the start of a verification.
    ///
    /// # Errors
    /// [`Limited`].
    pub fn start(
        &self,
        client: &Client,
        now: Timestamp,
        config: &IdentityConfig,
    ) -> Result<(), Limited> {
        if let Some(address) = client.address {
            let source = Source::Address(group(address));
            self.count(
                source,
                Doing::Start,
                config.starts_per_address,
                now,
                FrontLimit::Address,
            )?;
        }
        if let Some(device) = &client.device {
            let source = Source::Device(crate::hash::sha256(device.as_bytes()));
            self.count(
                source,
                Doing::Start,
                config.starts_per_device,
                now,
                FrontLimit::Device,
            )?;
        }
        Ok(())
    }

    /// Counts a guess.
    ///
    /// # Errors
    /// [`Limited`].
    pub fn check(
        &self,
        client: &Client,
        now: Timestamp,
        config: &IdentityConfig,
    ) -> Result<(), Limited> {
        let Some(address) = client.address else {
            return Ok(());
        };
        let source = Source::Address(group(address));
        self.count(
            source,
            Doing::Check,
            config.checks_per_address,
            now,
            FrontLimit::Address,
        )
    }

    fn count(
        &self,
        source: Source,
        doing: Doing,
        most: u32,
        now: Timestamp,
        limit: FrontLimit,
    ) -> Result<(), Limited> {
        let take = Take {
            key: (source, doing),
            length: WINDOW,
            most,
        };
        let counted = self.0.take(&[take], now);
        counted.map_err(|wait| Limited {
            limit,
            retry_after_seconds: wait.seconds_up(),
        })
    }
}

/// An IPv6 network of 64 bits is one household; its addresses count as one.
fn group(address: IpAddr) -> [u8; 16] {
    let mut bytes = match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    };
    if address.is_ipv6() {
        bytes[8..].fill(0);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn from(address: &str) -> Client {
        Client {
            address: Some(address.parse().unwrap()),
            device: None,
        }
    }

    #[test]
    fn an_address_that_asks_too_often_is_told_when_it_may_again() {
        let limits = Limits::default();
        let config = IdentityConfig {
            starts_per_address: 2,
            ..IdentityConfig::default()
        };
        let client = from("192.0.2.1");
        assert!(limits.start(&client, at(0), &config).is_ok());
        assert!(limits.start(&client, at(1), &config).is_ok());
        let refused = limits.start(&client, at(100), &config).unwrap_err();
        assert_eq!(refused.retry_after_seconds, 500);
        assert!(limits.start(&client, at(600), &config).is_ok());
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_as_one() {
        let limits = Limits::default();
        let config = IdentityConfig {
            checks_per_address: 1,
            ..IdentityConfig::default()
        };
        assert!(limits.check(&from("2001:db8::1"), at(0), &config).is_ok());
        assert!(limits.check(&from("2001:db8::2"), at(0), &config).is_err());
        assert!(
            limits
                .check(&from("2001:db8:0:1::2"), at(0), &config)
                .is_ok()
        );
    }

    #[test]
    fn a_clock_that_goes_back_opens_a_new_window() {
        let limits = Limits::default();
        let config = IdentityConfig {
            checks_per_address: 1,
            ..IdentityConfig::default()
        };
        assert!(limits.check(&from("192.0.2.1"), at(1000), &config).is_ok());
        assert!(limits.check(&from("192.0.2.1"), at(10), &config).is_ok());
    }
}
