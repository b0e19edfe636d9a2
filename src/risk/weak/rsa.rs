//! RSA keys that faulty software made so that anybody can factor them.

use std::sync::LazyLock;

use num_bigint::BigUint;

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

/// Some odd primes as one number that fits 64 bits: a remainder by it tells about each of them.
struct Batch {
    primes: Vec<u64>,
    product: u64,
    /// `product * inverse` is 1 modulo 2^64.
    inverse: u64,
}

impl Batch {
    fn of(primes: &[u64]) -> Self {
        let product: u64 = primes.iter().product();
        // Newton's method: an odd number is its own inverse modulo 8, and each round doubles the bits.
        let inverse = (0..5).fold(product, |inverse, _| {
            inverse.wrapping_mul(2_u64.wrapping_sub(product.wrapping_mul(inverse)))
        });
        Self {
            primes: primes.to_vec(),
            product,
            inverse,
        }
    }
}

/// All small primes but 2.
static BATCHES: LazyLock<Vec<Batch>> = LazyLock::new(|| {
    let odd: Vec<u64> = primes().skip(1).map(u64::from).collect();
    odd.chunks(4).map(Batch::of).collect()
});

/// So many batches are worked on at a time: a processor does their steps side by side.
const SIDE_BY_SIDE: usize = 8;

/// The least prime below 2^16 that divides the number.
///
/// For each batch, the multiple of its product is subtracted that makes the lowest 64 bits zero, which are then
/// cut off, until only a carry is left: a prime of the batch divides that if, and only if, it divides the number
/// (Jebelean, "An Algorithm for Exact Division", 1993). It takes multiplications where a remainder takes
/// divisions.
fn small_factor(number: &BigUint) -> Option<u32> {
    let limbs = number.to_u64_digits();
    if limbs.first()? % 2 == 0 {
        return Some(2);
    }
    for batches in BATCHES.chunks(SIDE_BY_SIDE) {
        let mut carries = [0_u64; SIDE_BY_SIDE];
        for limb in &limbs {
            for (carry, batch) in carries.iter_mut().zip(batches) {
                let (difference, borrow) = limb.overflowing_sub(*carry);
                let quotient = difference.wrapping_mul(batch.inverse);
                let product = u128::from(quotient) * u128::from(batch.product);
                *carry = (product >> 64) as u64 + u64::from(borrow);
            }
        }
        let mut primes = carries
            .iter()
            .zip(batches)
            .flat_map(|(carry, batch)| batch.primes.iter().map(move |prime| (carry, prime)));
        if let Some((_, prime)) = primes.find(|(carry, prime)| *carry % *prime == 0) {
            return u32::try_from(*prime).ok();
        }
    }
    None
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
    let mut root = number.sqrt();
    if &root * &root < *number {
        root += 1_u32;
    }
    // Most rounds are settled by remainders alone.
    let remainder = |number: &BigUint| {
        let remainder = number % MODULUS;
        remainder.iter_u64_digits().next().unwrap_or_default()
    };
    let (low_root, low_number) = (remainder(&root), remainder(number));
    (0..ROUNDS)
        .find(|&round| {
            let a = low_root + u64::from(round);
            let candidate = (a * a + MODULUS - low_number) % MODULUS;
            let a = || &root + round;
            may_be_square(candidate) && is_square(&(a() * a() - number))
        })
        .map(|round| round + 1)
}

/// Squares have few remainders by each of these factors, which have no prime in common.
const MODULUS: u64 = 64 * 63 * 65 * 11;

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

/// Whether a number with this remainder by [`MODULUS`] may be a square: one in a hundred may, and roots are
/// dear.
fn may_be_square(remainder: u64) -> bool {
    const BY_64: [bool; 64] = remainders();
    const BY_63: [bool; 63] = remainders();
    const BY_65: [bool; 65] = remainders();
    const BY_11: [bool; 11] = remainders();
    let by = |modulus: u64| usize::try_from(remainder % modulus).unwrap_or_default();
    BY_64[by(64)] && BY_63[by(63)] && BY_65[by(65)] && BY_11[by(11)]
}

fn is_square(number: &BigUint) -> bool {
    let root = number.sqrt();
    &root * &root == *number
}

#[cfg(test)]
mod tests;
