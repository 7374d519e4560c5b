//! Gradient boosting of shallow trees on the logistic loss.

/// A row: features, label, weight.
pub type Row = (Vec<f64>, f64, f64);

/// A node of a tree: split on a feature, or a leaf.
#[derive(Clone, Debug)]
pub enum Node {
    Split { feature: usize, at: f64, low: Box<Node>, high: Box<Node> },
    Leaf(f64),
}

impl Node {
    pub fn value(&self, row: &[f64]) -> f64 {
        match self {
            Self::Leaf(value) => *value,
            Self::Split { feature, at, low, high } => {
                if row[*feature] < *at {
                    low.value(row)
                } else {
                    high.value(row)
                }
            }
        }
    }
}

/// A sum of trees.
#[derive(Clone, Debug, Default)]
pub struct Boosted {
    pub start: f64,
    pub trees: Vec<Node>,
}

impl Boosted {
    pub fn score(&self, row: &[f64]) -> f64 {
        let sum = self.start + self.trees.iter().map(|tree| tree.value(row)).sum::<f64>();
        1.0 / (1.0 + (-sum).exp())
    }
}

/// How trees are grown.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub trees: usize,
    pub depth: usize,
    pub rate: f64,
    /// Least sum of second derivatives in a leaf.
    pub least: f64,
    pub l2: f64,
    /// Split points tried for a feature.
    pub cuts: usize,
}

/// Fits.
pub fn fit(rows: &[Row], options: Options) -> Boosted {
    let width = rows.first().map_or(0, |row| row.0.len());
    let cuts: Vec<Vec<f64>> = (0..width).map(|feature| cuts(rows, feature, options.cuts)).collect();
    // Rows as the number of the cut below them.
    let binned: Vec<Vec<u16>> = rows
        .iter()
        .map(|row| (0..width).map(|f| cuts[f].partition_point(|cut| *cut <= row.0[f]) as u16).collect())
        .collect();
    let (positive, all) = rows.iter().fold((0.0, 0.0), |(p, a), row| (p + row.1 * row.2, a + row.2));
    let mut model = Boosted { start: (positive / (all - positive)).ln(), trees: Vec::new() };
    let mut sums = vec![model.start; rows.len()];
    for _ in 0..options.trees {
        let slopes: Vec<(f64, f64)> = rows
            .iter()
            .zip(&sums)
            .map(|(row, sum)| {
                let p = 1.0 / (1.0 + (-sum).exp());
                (row.2 * (row.1 - p), row.2 * p * (1.0 - p))
            })
            .collect();
        let here: Vec<usize> = (0..rows.len()).collect();
        let tree = grow(&binned, &cuts, &slopes, here, options.depth, options);
        for (sum, row) in sums.iter_mut().zip(rows) {
            *sum += tree.value(&row.0);
        }
        model.trees.push(tree);
    }
    model
}

fn cuts(rows: &[Row], feature: usize, most: usize) -> Vec<f64> {
    let mut values: Vec<f64> = rows.iter().map(|row| row.0[feature]).collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let step = (values.len() as f64 / (most as f64 + 1.0)).max(1.0);
    let mut cuts: Vec<f64> = Vec::new();
    let mut at = step;
    while (at as usize) < values.len() {
        let index = at as usize;
        cuts.push((values[index - 1] + values[index]) / 2.0);
        at += step;
    }
    cuts.dedup();
    cuts
}

fn grow(
    binned: &[Vec<u16>],
    cuts: &[Vec<f64>],
    slopes: &[(f64, f64)],
    here: Vec<usize>,
    depth: usize,
    options: Options,
) -> Node {
    let (g, h) = here.iter().fold((0.0, 0.0), |(g, h), row| (g + slopes[*row].0, h + slopes[*row].1));
    let leaf = Node::Leaf(options.rate * g / (h + options.l2));
    if depth == 0 {
        return leaf;
    }
    let gain = |g: f64, h: f64| g * g / (h + options.l2);
    let mut best: Option<(f64, usize, usize)> = None;
    for (feature, cuts) in cuts.iter().enumerate() {
        let mut bins = vec![(0.0, 0.0); cuts.len() + 1];
        for row in &here {
            let bin = &mut bins[binned[*row][feature] as usize];
            *bin = (bin.0 + slopes[*row].0, bin.1 + slopes[*row].1);
        }
        let mut low = (0.0, 0.0);
        for (cut, bin) in bins.iter().enumerate().take(cuts.len()) {
            low = (low.0 + bin.0, low.1 + bin.1);
            let high = (g - low.0, h - low.1);
            if low.1 < options.least || high.1 < options.least {
                continue;
            }
            let won = gain(low.0, low.1) + gain(high.0, high.1) - gain(g, h);
            if best.is_none_or(|(most, _, _)| won > most + 1e-12) {
                best = Some((won, feature, cut));
            }
        }
    }
    let Some((_, feature, cut)) = best.filter(|(won, _, _)| *won > 1e-6) else { return leaf };
    let (low, high): (Vec<usize>, Vec<usize>) =
        here.into_iter().partition(|row| (binned[*row][feature] as usize) <= cut);
    Node::Split {
        feature,
        at: cuts[feature][cut],
        low: Box::new(grow(binned, cuts, slopes, low, depth - 1, options)),
        high: Box::new(grow(binned, cuts, slopes, high, depth - 1, options)),
    }
}
