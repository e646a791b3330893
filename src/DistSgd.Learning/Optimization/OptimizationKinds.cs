namespace DistSgd.Learning.Optimization;

/// <summary>Update rule of the parameters.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent, with heavy-ball or Nesterov momentum if asked for.</summary>
    Sgd,

    /// <summary>AdaGrad (Duchi et al. 2011).</summary>
    Adagrad,

    /// <summary>RMSProp (Tieleman and Hinton 2012).</summary>
    Rmsprop,

    /// <summary>Adam (Kingma and Ba 2015); weight decay is coupled.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    Adamw,
}

/// <summary>Shape of the learning rate over the run, after the warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>The learning rate of the optimizer throughout.</summary>
    Constant,

    /// <summary>η₀ · drop^⌊epoch / every⌋.</summary>
    Step,

    /// <summary>η₀ · e^(−kt).</summary>
    Exponential,

    /// <summary>Half a cosine from η₀ to the minimum.</summary>
    Cosine,

    /// <summary>A straight line from η₀ to the minimum.</summary>
    Linear,
}
