//! The operator as configured.

use carriers::{
    operator::{Address, CamaraOperator, ClientSettings, OperatorSettings},
    tls::{Endpoint, Tls},
};
use rooms::{
    Failure,
    settings::{OperatorAddress, OperatorSettings as OperatorTold},
};

use super::secret_of;

/// The operator of a table. Reads its secret.
///
/// # Errors
/// A file that cannot be read or does not hold what it should.
pub fn make(told: &OperatorTold, tls: &Tls) -> Result<CamaraOperator, Failure> {
    let at = |address: &OperatorAddress| Address {
        endpoint: Endpoint {
            host: address.host.clone(),
            port: address.port,
            tls: address.tls.then(|| tls.clone()),
        },
        path: address.path.clone(),
    };
    Ok(CamaraOperator::new(OperatorSettings {
        sim_swap: told.sim_swap.as_ref().map(at),
        number_verification: told.number_verification.as_ref().map(at),
        client: ClientSettings {
            token: at(&told.token_url),
            id: told.client_id.clone(),
            secret: secret_of("[courier.operator]", &told.client_secret_file)?,
            purpose: told.purpose.clone(),
        },
        countries: told.countries.clone(),
    }))
}
