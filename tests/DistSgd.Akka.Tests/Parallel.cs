// Each of these clusters has as many processes as the machine has cores, or more: beside another one it would be late for everything.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
