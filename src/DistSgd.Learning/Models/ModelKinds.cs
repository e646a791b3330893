namespace DistSgd.Learning.Models;

/// <summary>Activation function of the hidden layers; the output layer is linear and its nonlinearity belongs to the loss.</summary>
public enum Activation
{
    /// <summary>max(0, z).</summary>
    Relu,

    /// <summary>z above 0, 0.01·z below.</summary>
    LeakyRelu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + e⁻ᶻ).</summary>
    Sigmoid,

    /// <summary>Gaussian error linear unit in its tanh form, z/2·(1 + tanh(√(2/π)(z + 0.044715 z³))) (Hendrycks and Gimpel 2016).</summary>
    Gelu,
}

/// <summary>Distribution of the initial weights; biases start at zero.</summary>
public enum Initialization
{
    /// <summary>Normal with variance 2/in (He et al. 2015).</summary>
    He,

    /// <summary>Normal with variance 2/(in + out) (Glorot and Bengio 2010).</summary>
    Xavier,

    /// <summary>Normal with variance 1/in (LeCun et al. 1998).</summary>
    Lecun,

    /// <summary>Normal with standard deviation 0.01.</summary>
    Normal,

    /// <summary>All zero: the symmetric start that the tutorials warn of.</summary>
    Zeros,
}

/// <summary>Loss of one example; a step minimises its mean over the batch.</summary>
public enum LossKind
{
    /// <summary>Softmax cross-entropy over the classes: log Σ eᶻ − z of the label.</summary>
    CrossEntropy,

    /// <summary>Binary cross-entropy on logits: one output for two classes, else one output a class; mean over the outputs.</summary>
    BinaryCrossEntropy,

    /// <summary>Squared error against real targets, or against one-hot labels; mean over the outputs.</summary>
    Mse,
}
