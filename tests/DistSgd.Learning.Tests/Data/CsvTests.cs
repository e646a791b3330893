using DistSgd.Learning.Data;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Learning.Tests.Data;

public sealed class CsvTests : IDisposable
{
    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_last_column_is_the_label_unless_named()
    {
        string path = Csv("a,b,class\n1,2.5,0\n-3e1,.5,2\n");

        Dataset last = CsvData.Load(path);
        (last.Train.Count, last.Train.Width, last.Classes, last.Test.Count).ShouldBe((2, 2, 3, 0));
        last.Train.Floats.ShouldBe([1, 2.5f, -30, 0.5f]);
        last.Train.Labels.ShouldBe([0, 2]);
        last.ClassNames.ShouldBeNull();

        Dataset named = CsvData.Load(Csv("a,class,b\n1,1,2\n3,0,4\n"), "class");
        named.Train.Floats.ShouldBe([1, 2, 3, 4]);
        named.Train.Labels.ShouldBe([1, 0]);
    }

    [Fact]
    public void Quotes_blank_lines_windows_line_ends_and_a_byte_order_mark_are_understood()
    {
        Dataset data = CsvData.Load(Csv("\uFEFF\"a, \"\"long\"\" name\",\"the label\"\r\n\r\n \"1.5\" , 1.0\r\n2,0\r\n\r\n"), "the label");

        data.Train.Floats.ShouldBe([1.5f, 2]);
        data.Train.Labels.ShouldBe([1, 0]);
    }

    [Fact]
    public void Names_of_classes_are_numbered_in_ordinal_order()
    {
        string test = Csv("x,kind\n5,cat\n", "test.csv");

        Dataset data = CsvData.Load(Csv("x,kind\n1,dog\n2,cat\n3,Zebra\n4,dog\n"), testPath: test);

        data.ClassNames.ShouldBe(["Zebra", "cat", "dog"]);
        data.Classes.ShouldBe(3);
        data.Train.Labels.ShouldBe([2, 1, 0, 2]);
        data.Test.Labels.ShouldBe([1]);
    }

    [Fact]
    public void Regression_reads_real_targets()
    {
        Dataset data = CsvData.Load(Csv("x,y\n1,-0.5\n2,1e-3\n"), classification: false);

        (data.Classes, data.Train.TargetWidth).ShouldBe((0, 1));
        data.Train.Targets.ShouldBe([-0.5f, 1e-3f]);
        data.Test.TargetWidth.ShouldBe(1);
    }

    [Theory]
    [InlineData("a,b\n1,2,0\n", ":2: found 3 fields, expected 2 as in the header.")]
    [InlineData("a,b\n1,0\n\n1\n", ":4: found 1 fields, expected 2 as in the header.")]
    [InlineData("a,b\n1,0\nx1,0\n", ":3: column 1 'a': found 'x1'; expected a number such as -1.5e3.")]
    [InlineData("a,b\n1,0\n,0\n", ":3: column 1 'a': the field is empty; expected a number.")]
    [InlineData("a,b\n1,0\n1,\n", ":3: column 2 'b': the field is empty; expected a label.")]
    [InlineData("a,b\n1,0\nNaN,0\n", ":3: column 1 'a': found NaN; expected a finite 32-bit number.")]
    [InlineData("a,b\n-1e39,0\n", ":2: column 1 'a': found -1e39; expected a finite 32-bit number.")]
    [InlineData("a,b\n1,0.5\n", ":2: column 2 'b': found '0.5'; expected a class, a whole number from 0 to 65535.")]
    [InlineData("a,b\n1,0\n1,-1\n", ":3: column 2 'b': found '-1'; expected a class, a whole number from 0 to 65535.")]
    [InlineData("a,b\n1,0\n1,cat\n", ":3: column 2 'b': found 'cat'; expected a class, a whole number from 0 to 65535.")]
    [InlineData("a,b\n1,123456\n", ":2: column 2 'b': found '123456'; expected a class, a whole number from 0 to 65535.")]
    [InlineData("\"a,b\n1,0\n", ":1: a quote is opened and never closed.")]
    [InlineData("1,2\n3,0\n", ":1: found numbers only; expected a header line with the names of the columns.")]
    [InlineData("a;b\n3;0\n", ":1: found one column, 'a;b'; expected at least one feature and a label, parted by commas.")]
    [InlineData("", ": is empty; expected a header line and rows of numbers.")]
    [InlineData("a,b\n", ": has a header line but no rows.")]
    public void A_defect_is_named_by_line_and_column(string text, string expected)
    {
        string path = Csv(text);

        Should.Throw<InputException>(() => CsvData.Load(path)).Message.ShouldBe(path + expected);
    }

    [Fact]
    public void A_missing_label_column_lists_the_columns_in_the_order_of_the_file()
    {
        string path = Csv("width,height,label\n1,2,0\n");

        Should.Throw<InputException>(() => CsvData.Load(path, "lable")).Message
            .ShouldBe($"{path}:1: no column is named 'lable'; the columns are 'width', 'height', 'label'; the nearest is 'label'.");
    }

    [Fact]
    public void A_label_column_named_twice_is_refused()
    {
        string path = Csv("x,y,y\n1,2,0\n");

        Should.Throw<InputException>(() => CsvData.Load(path, "y")).Message.ShouldBe($"{path}:1: 2 columns are named 'y'; expected one.");
    }

    [Fact]
    public void A_column_named_twice_is_reported_for_the_file_that_has_it()
    {
        string train = Csv("length,width,y\n1,2,0\n2,3,1\n");
        string twice = Csv("length,length,y\n1,2,0\n", "twice.csv");

        Should.Throw<InputException>(() => CsvData.Load(twice, testPath: train)).Message
            .ShouldBe($"{twice}:1: 2 columns are named 'length'; expected one.");
        Should.Throw<InputException>(() => CsvData.Load(train, testPath: twice)).Message
            .ShouldBe($"{twice}:1: 2 columns are named 'length'; expected one.");
    }

    [Fact]
    public void New_data_is_read_by_the_names_of_its_columns()
    {
        CsvData.Load(Csv("length,width,y\n1,2,0\n2,3,1\n")).FeatureNames.ShouldBe(["length", "width"]);

        string path = Csv("id,width,y,length\nabc,2,,1\nabd,4,0,3\n", "new.csv");
        CsvData.LoadFeatures(path, ["length", "width"]).Floats.ShouldBe([1, 2, 3, 4]);
    }

    [Theory]
    [InlineData("foo,width\n1,2\n", ":1: the column is missing that the model was trained on: 'length'; found 'foo', 'width'.")]
    [InlineData("foo,bar\n1,2\n", ":1: the columns are missing that the model was trained on: 'length', 'width'; found 'foo', 'bar'.")]
    [InlineData("width,width,length\n1,2,3\n", ":1: 2 columns are named 'width'; expected one.")]
    [InlineData("width,length\n1,x\n", ":2: column 2 'length': found 'x'; expected a number such as -1.5e3.")]
    public void New_data_without_a_column_of_the_training_data_is_refused(string text, string expected)
    {
        string path = Csv(text);
        Should.Throw<InputException>(() => CsvData.LoadFeatures(path, ["length", "width"])).Message.ShouldBe(path + expected);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        string path = Path.Combine(_files.Root, "none.csv");

        Should.Throw<InputException>(() => CsvData.Load(path)).Message
            .ShouldBe($"{path}: no such file; expected a CSV file with a header line.");
    }

    [Theory]
    [InlineData("a\n1\n", "found 1 column; expected the 3 features")]
    [InlineData("a,b\n1,2\n", "found 2 columns; expected the 3 features")]
    public void New_data_must_have_the_features_of_the_training_data(string text, string message) =>
        Should.Throw<InputException>(() => CsvData.LoadFeatures(Csv(text, "new.csv"), 3, null)).Message.ShouldContain(message);

    [Fact]
    public void The_test_file_must_have_the_columns_and_classes_of_the_training_file()
    {
        string train = Csv("a,b\n1,0\n2,1\n");
        string other = Csv("c,b\n1,0\n", "other.csv");
        string beyond = Csv("a,b\n1,2\n", "beyond.csv");

        Should.Throw<InputException>(() => CsvData.Load(train, testPath: other)).Message
            .ShouldBe($"{other}: the header differs from that of {train}: column 1: found 'c', expected 'a'.");
        string longer = Csv("a,b,c\n1,0,3\n", "longer.csv");
        Should.Throw<InputException>(() => CsvData.Load(train, testPath: longer)).Message
            .ShouldBe($"{longer}: the header differs from that of {train}: column 3: found 'c', expected no such column.");
        Should.Throw<InputException>(() => CsvData.Load(train, testPath: beyond)).Message
            .ShouldBe($"{beyond}:2: column 2 'b': found '2'; expected a class, a whole number from 0 to 1.");
    }

    [Fact]
    public void An_unknown_class_name_in_the_test_file_lists_the_nearest_first()
    {
        string train = Csv("a,b\n1,cat\n2,dog\n");
        string test = Csv("a,b\n1,dg\n", "test.csv");

        Should.Throw<InputException>(() => CsvData.Load(train, testPath: test)).Message
            .ShouldBe($"{test}:2: column 2 'b': found 'dg'; the classes of the training file are 'dog', 'cat'.");
    }

    [Fact]
    public void Whatever_is_in_the_file_it_loads_or_is_an_input_error()
    {
        string[] pieces = ["1", "-2.5e3", "0", "x", ",", ",", "\n", "\n", "\"", " ", "NaN", "\0", "é", "a,b\n1,0\n"];
        Prop.ForAll(Gen.Elements(pieces).ListOf().Select(string.Concat).ToArbitrary(), found =>
        {
            string path = Csv("a,b\n1,0\n" + found);
            try
            {
                CsvData.Load(path).Train.Count.ShouldBeGreaterThan(0);
            }
            catch (InputException e)
            {
                e.Message.ShouldStartWith(path);
            }
        }).QuickCheckThrowOnFailure();
    }

    private string Csv(string text, string name = "data.csv") => _files.Write(name, text);
}
