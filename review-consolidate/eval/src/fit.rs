//! Weighted logistic regression.
#![allow(clippy::needless_range_loop, reason = "matrices read best by index")]

use review_consolidate::Weights;

/// Signals, label, and weight in the fit.
pub type Row = ([f64; Weights::COUNT], f64, f64);

/// Weights that are set by hand: their positions and values.
pub type Fixed<'f> = &'f [(usize, f64)];

/// Newton's method on the penalised log likelihood; the penalty pulls towards zero, the bias is free. Weights that are fixed
/// stay as they are, and the others are fitted around them.
pub fn fit(rows: &[Row], l2: f64, fixed: Fixed<'_>) -> [f64; Weights::COUNT] {
    const N: usize = Weights::COUNT;
    let mut weights = [0.0; N];
    fixed.iter().for_each(|(at, value)| weights[*at] = *value);
    for _ in 0..60 {
        let mut gradient = [0.0; N];
        let mut hessian = [[0.0; N]; N];
        for (x, y, weight) in rows {
            let p = 1.0 / (1.0 + (-x.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>()).exp());
            for i in 0..N {
                gradient[i] += weight * (y - p) * x[i];
                for j in 0..N {
                    hessian[i][j] += weight * p * (1.0 - p) * x[i] * x[j];
                }
            }
        }
        for i in 0..N {
            let penalty = if i == 0 { 0.01 } else { l2 };
            gradient[i] -= penalty * weights[i];
            hessian[i][i] += penalty;
        }
        for (at, _) in fixed {
            gradient[*at] = 0.0;
            hessian[*at] = [0.0; N];
            hessian.iter_mut().for_each(|row| row[*at] = 0.0);
            hessian[*at][*at] = 1.0;
        }
        let step = solve(hessian, gradient);
        let size: f64 = step.iter().map(|s| s.abs()).sum();
        for i in 0..N {
            weights[i] += step[i] * (4.0 / size.max(4.0));
        }
    }
    weights
}

fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for i in 0..N {
        let pivot = (i..N).max_by(|x, y| a[*x][i].abs().total_cmp(&a[*y][i].abs())).unwrap();
        a.swap(i, pivot);
        b.swap(i, pivot);
        for j in i + 1..N {
            let factor = a[j][i] / a[i][i];
            for k in i..N {
                a[j][k] -= factor * a[i][k];
            }
            b[j] -= factor * b[i];
        }
    }
    for i in (0..N).rev() {
        for k in i + 1..N {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
    b
}
