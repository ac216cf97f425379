internal import SheetSyncDomain

/// The two parts of a chart: its picture, and where on the tab it stands.
struct ChartMarkup {
  private static let chartNamespace = "http://schemas.openxmlformats.org/drawingml/2006/chart"
  private static let drawingNamespace = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"

  let chart: NewChart

  func drawing(chartID: String) -> String {
    XMLPart.declaration + "<xdr:wsDr xmlns:xdr=\"\(Self.drawingNamespace)\" xmlns:a=\"\(XMLPart.drawing)\"><xdr:twoCellAnchor>"
      + corner("from", chart.from) + corner("to", chart.to)
      + "<xdr:graphicFrame macro=\"\"><xdr:nvGraphicFramePr><xdr:cNvPr id=\"2\" name=\"Chart 1\"/><xdr:cNvGraphicFramePr/>"
      + "</xdr:nvGraphicFramePr><xdr:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"0\" cy=\"0\"/></xdr:xfrm><a:graphic>"
      + "<a:graphicData uri=\"\(Self.chartNamespace)\"><c:chart xmlns:c=\"\(Self.chartNamespace)\" "
      + "xmlns:r=\"\(XMLPart.relationships)\" r:id=\"\(chartID)\"/></a:graphicData></a:graphic></xdr:graphicFrame>"
      + "<xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
  }

  var part: String {
    XMLPart.declaration
      + "<c:chartSpace xmlns:c=\"\(Self.chartNamespace)\" xmlns:a=\"\(XMLPart.drawing)\" xmlns:r=\"\(XMLPart.relationships)\">"
      + "<c:roundedCorners val=\"0\"/><c:chart>" + title(chart.title, size: 1400)
      + "<c:autoTitleDeleted val=\"0\"/><c:plotArea><c:layout/>"
      + "<c:barChart><c:barDir val=\"col\"/><c:grouping val=\"clustered\"/><c:varyColors val=\"0\"/>"
      + chart.series.enumerated().map { series($1, number: $0) }.joined()
      + "<c:gapWidth val=\"60\"/><c:axId val=\"111111111\"/><c:axId val=\"222222222\"/></c:barChart>"
      + "<c:catAx><c:axId val=\"111111111\"/><c:scaling><c:orientation val=\"minMax\"/></c:scaling><c:delete val=\"0\"/>"
      + "<c:axPos val=\"b\"/><c:numFmt formatCode=\"General\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/>"
      + "<c:minorTickMark val=\"none\"/><c:tickLblPos val=\"nextTo\"/><c:crossAx val=\"222222222\"/><c:crosses val=\"autoZero\"/></c:catAx>"
      + "<c:valAx><c:axId val=\"222222222\"/><c:scaling><c:orientation val=\"minMax\"/><c:min val=\"0\"/></c:scaling><c:delete val=\"0\"/>"
      + "<c:axPos val=\"l\"/><c:majorGridlines><c:spPr><a:ln w=\"6350\"><a:solidFill><a:srgbClr val=\"DCE3EC\"/></a:solidFill></a:ln>"
      + "</c:spPr></c:majorGridlines>" + title(chart.axisTitle, size: 1000)
      + "<c:numFmt formatCode=\"#,##0\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/>"
      + "<c:tickLblPos val=\"nextTo\"/><c:crossAx val=\"111111111\"/><c:crosses val=\"autoZero\"/></c:valAx></c:plotArea>"
      + "<c:legend><c:legendPos val=\"b\"/><c:overlay val=\"0\"/></c:legend><c:plotVisOnly val=\"1\"/></c:chart>"
      + "<c:spPr><a:solidFill><a:srgbClr val=\"FFFFFF\"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>"
  }

  private func corner(_ name: String, _ cell: CellAddress) -> String {
    "<xdr:\(name)><xdr:col>\(cell.column - 1)</xdr:col><xdr:colOff>0</xdr:colOff>"
      + "<xdr:row>\(cell.row - 1)</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:\(name)>"
  }

  private func title(_ text: String, size: Int) -> String {
    "<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"\(size)\" b=\"0\"/></a:pPr><a:r><a:rPr lang=\"en-GB\" sz=\"\(size)\" b=\"0\"/>"
      + "<a:t>\(XMLText.escape(text))</a:t></a:r></a:p></c:rich></c:tx><c:overlay val=\"0\"/></c:title>"
  }

  private func series(_ series: NewChart.Series, number: Int) -> String {
    let names = chart.categories.enumerated().map { "<c:pt idx=\"\($0)\"><c:v>\(XMLText.escape($1))</c:v></c:pt>" }.joined()
    let values = series.values.enumerated().map { "<c:pt idx=\"\($0)\"><c:v>\(CellMarkup.text(of: $1))</c:v></c:pt>" }.joined()
    return "<c:ser><c:idx val=\"\(number)\"/><c:order val=\"\(number)\"/><c:tx><c:v>\(XMLText.escape(series.name))</c:v></c:tx>"
      + "<c:spPr><a:solidFill><a:srgbClr val=\"\(series.color)\"/></a:solidFill></c:spPr><c:invertIfNegative val=\"0\"/>"
      + "<c:cat><c:strRef><c:f>\(XMLText.escape(chart.categoriesArea))</c:f><c:strCache><c:ptCount val=\"\(chart.categories.count)\"/>"
      + "\(names)</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>\(XMLText.escape(series.valuesArea))</c:f><c:numCache>"
      + "<c:formatCode>General</c:formatCode><c:ptCount val=\"\(series.values.count)\"/>\(values)</c:numCache></c:numRef></c:val></c:ser>"
  }
}
