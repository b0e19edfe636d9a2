//! RSA keys that faulty software made so that anybody can factor them.

use std::sync::LazyLock;

use num_bigint::BigUint;
use num_integer::Integer as _;

/// Why a modulus can be factored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weakness {
    /// Its residues are those of keys from Infineon's library (CVE-2017-15361).
    Roca,
    /// This prime divides it.
    SmallFactor(u32),
    /// Its primes are so close that Fermat's method finds them in so many rounds (CVE-2022-26320).
    ClosePrimes(u32),
}

/// What is wrong with a modulus, given big-endian.
pub(super) fn weakness(modulus: &[u8]) -> Option<Weakness> {
    let modulus = BigUint::from_bytes_be(modulus);
    // ROCA keys have no small factors, so that the order does not matter but for the time it takes.
    if is_roca(&modulus) {
        return Some(Weakness::Roca);
    }
    small_factor(&modulus)
        .map(Weakness::SmallFactor)
        .or_else(|| close_primes(&modulus).map(Weakness::ClosePrimes))
}

/// Factors below this are looked for.
const SMALL: u32 = 1 << 16;

/// The rounds of Fermat's method that are tried. The faulty library of CVE-2022-26320 needs one; honest
/// primes need more rounds than anybody has time for.
const ROUNDS: u32 = 100;

/// The largest of the primes that a ROCA modulus is recognized by.
const ROCA_PRIMES: u32 = 167;

fn primes() -> impl Iterator<Item = u32> {
    static COMPOSITE: LazyLock<Vec<bool>> = LazyLock::new(|| {
        let size = SMALL as usize;
        let mut composite = vec![false; size];
        for number in (2..).take_while(|number| number * number < size) {
            if !composite[number] {
                for multiple in (number * number..size).step_by(number) {
                    composite[multiple] = true;
                }
            }
        }
        composite
    });
    (2..SMALL).filter(|number| !COMPOSITE[*number as usize])
}

/// The product of all small primes, made by halves: numbers of a size multiply fastest.
static PRODUCT: LazyLock<BigUint> = LazyLock::new(|| {
    let mut factors: Vec<BigUint> = primes().map(BigUint::from).collect();
    while factors.len() > 1 {
        factors = factors
            .chunks(2)
            .map(|pair| pair.iter().product())
            .collect();
    }
    factors.pop().unwrap_or_default()
});

/// The least prime below 2^16 that divides the number.
fn small_factor(number: &BigUint) -> Option<u32> {
    if number.bits() == 0 || (&*PRODUCT % number).gcd(number).bits() == 1 {
        return None;
    }
    primes().find(|prime| (number % *prime).bits() == 0)
}

/// Whether the number is a power of 65537 modulo each of the odd primes up to 167: all moduli from the
/// faulty library are, and of others about one in 2^27 (Nemec et al., "The Return of Coppersmith's Attack",
/// CCS 2017).
fn is_roca(number: &BigUint) -> bool {
    primes()
        .skip(1)
        .take_while(|prime| *prime <= ROCA_PRIMES)
        .all(|prime| {
            let residue = number % prime;
            let mut power = 1;
            loop {
                if residue == BigUint::from(power) {
                    return true;
                }
                power = power * (65537 % prime) % prime;
                if power == 1 {
                    return false;
                }
            }
        })
}

/// The round in which Fermat's method factors the number: with `number = a² - b²`, `a` is tried from the
/// square root upwards until `a² - number` is a square.
fn close_primes(number: &BigUint) -> Option<u32> {
    if number.bits() < 64 {
        // Small enough to be factored in any way; that it is too small has a rule of its own.
        return None;
    }
    let mut a = number.sqrt();
    if &a * &a < *number {
        a += 1_u32;
    }
    let mut square = &a * &a - number;
    for round in 1..=ROUNDS {
        if is_square(&square) {
            return Some(round);
        }
        // (a + 1)² = a² + 2a + 1
        square += &a << 1_u32;
        square += 1_u32;
        a += 1_u32;
    }
    None
}

/// Whether squares have such a remainder.
const fn remainders<const MODULUS: usize>() -> [bool; MODULUS] {
    let mut known = [false; MODULUS];
    let mut root = 0;
    while root < MODULUS {
        known[root * root % MODULUS] = true;
        root += 1;
    }
    known
}

/// Whether the number is a square. Roots are dear: remainders rule out all but one in a hundred before.
fn is_square(number: &BigUint) -> bool {
    const BY_64: [bool; 64] = remainders();
    const BY_63: [bool; 63] = remainders();
    const BY_65: [bool; 65] = remainders();
    const BY_11: [bool; 11] = remainders();
    let low = number.iter_u32_digits().next().unwrap_or_default();
    if !BY_64[low as usize % 64] {
        return false;
    }
    let rest = number % (63_u32 * 65 * 11);
    let rest = rest.iter_u32_digits().next().unwrap_or_default() as usize;
    if !BY_63[rest % 63] || !BY_65[rest % 65] || !BY_11[rest % 11] {
        return false;
    }
    let root = number.sqrt();
    &root * &root == *number
}

#[cfg(test)]
mod tests;
