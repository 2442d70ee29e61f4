//! Whose request it is: the peer's address, or the one a trusted proxy names.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::{Extensions, HeaderMap};

/// The address at the other end of the connection; [`crate::serve`] puts it into every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Most entries of `X-Forwarded-For` that are read, from the end.
const MAX_HOPS: usize = 16;

/// A block of addresses, `10.0.0.0/8` or `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    base: u128,
    mask: u128,
}

/// The text is not an address block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address or block such as 10.0.0.0/8")]
pub struct BlockRefused;

/// The proxies whose `X-Forwarded-For` is believed. Empty: nobody's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Block>);

/// IPv4 as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2), so that one comparison does for both.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn parse_block(text: &str) -> Option<Block> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let width = if address.is_ipv4() { 32 } else { 128 };
    let length = length.unwrap_or(width);
    if length > width {
        return None;
    }
    let mask = u128::MAX.checked_shl(width - length).unwrap_or(0);
    Some(Block {
        base: bits(address) & mask,
        mask,
    })
}

impl TrustedProxies {
    /// Reads addresses and blocks.
    ///
    /// # Errors
    /// [`BlockRefused`] for the first text that is neither.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, BlockRefused> {
        let blocks = texts
            .into_iter()
            .map(|text| parse_block(text).ok_or(BlockRefused));
        Ok(Self(blocks.collect::<Result<_, _>>()?))
    }

    fn contain(&self, address: IpAddr) -> bool {
        let bits = bits(address);
        self.0.iter().any(|block| bits & block.mask == block.base)
    }

    /// The client: going back from the peer, the first address that is not a trusted proxy.
    /// A list that makes no sense ends where it stops making sense.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines = headers.get_all("x-forwarded-for");
        let hops = lines.iter().rev().filter_map(|line| line.to_str().ok());
        let mut hops = hops.flat_map(|line| line.rsplit(',')).take(MAX_HOPS);
        while self.contain(client) {
            match hops
                .next()
                .and_then(|hop| hop.trim().parse::<IpAddr>().ok())
            {
                Some(hop) => client = hop.to_canonical(),
                None => break,
            }
        }
        client
    }

    /// As [`Self::client`], with the peer that [`crate::serve`] noted. A request that did not
    /// come through it counts as from the unspecified address.
    #[must_use]
    pub fn client_of(&self, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
        let peer = extensions.get::<Peer>().map(|peer| peer.0.ip());
        let peer = peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
        self.client(peer, headers)
    }
}

/// What limits count by: an IPv4 address, or the /64 an IPv6 host can pick addresses from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AddressGroup(u128);

impl From<IpAddr> for AddressGroup {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            v4 @ IpAddr::V4(_) => Self(bits(v4)),
            v6 @ IpAddr::V6(_) => Self(bits(v6) & (u128::MAX << 64)),
        }
    }
}

impl AddressGroup {
    /// Sixteen bytes that are the same for every address of the group.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn forwarded(text: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_str(text).unwrap());
        headers
    }

    #[test]
    fn a_stranger_cannot_choose_its_own_address() {
        let none = TrustedProxies::default();
        let headers = forwarded("203.0.113.9");
        assert_eq!(
            none.client(ip("198.51.100.1"), &headers),
            ip("198.51.100.1")
        );
    }

    #[test]
    fn behind_proxies_the_last_untrusted_hop_is_the_client() {
        let proxies = TrustedProxies::parse(["10.0.0.0/8", "2001:db8::1"]).unwrap();
        let headers = forwarded("1.2.3.4, 203.0.113.9, 10.1.1.1");
        assert_eq!(proxies.client(ip("10.0.0.5"), &headers), ip("203.0.113.9"));
        assert_eq!(
            proxies.client(ip("2001:db8::1"), &headers),
            ip("203.0.113.9")
        );
        assert_eq!(
            proxies.client(ip("2001:db8::2"), &headers),
            ip("2001:db8::2")
        );
    }

    #[test]
    fn a_list_without_sense_leaves_the_proxy_as_client() {
        let proxies = TrustedProxies::parse(["10.0.0.0/8"]).unwrap();
        assert_eq!(
            proxies.client(ip("10.0.0.5"), &forwarded("unknown")),
            ip("10.0.0.5")
        );
    }

    #[test]
    fn an_ipv6_host_cannot_leave_its_group_by_picking_another_address() {
        let a = AddressGroup::from(ip("2001:db8:1:2::1"));
        assert_eq!(a, AddressGroup::from(ip("2001:db8:1:2:ffff::9")));
        assert_ne!(a, AddressGroup::from(ip("2001:db8:1:3::1")));
        assert_ne!(
            AddressGroup::from(ip("192.0.2.1")),
            AddressGroup::from(ip("192.0.2.2"))
        );
        assert_eq!(
            AddressGroup::from(ip("::ffff:192.0.2.1")),
            AddressGroup::from(ip("192.0.2.1"))
        );
    }

    #[test]
    fn a_block_has_a_length_that_fits() {
        assert!(TrustedProxies::parse(["10.0.0.0/33"]).is_err());
        assert!(TrustedProxies::parse(["ten"]).is_err());
        assert!(TrustedProxies::parse(["::/0"]).is_ok());
    }

    proptest! {
        #[test]
        fn no_header_makes_the_reader_panic(bytes in proptest::collection::vec(32u8..127, 0..200)) {
            let proxies = TrustedProxies::parse(["0.0.0.0/0", "::/0"]).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            let _ = proxies.client(ip("10.0.0.5"), &forwarded(&text));
        }
    }
}
