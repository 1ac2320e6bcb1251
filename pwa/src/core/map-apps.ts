/** Lead to a spot in a map app of the phone: each link names its datum as its app's makers document it (docs/decisions/0024). */
export type Spot = { lon: number; lat: number }
export type MapApp = 'amap' | 'baidu' | 'tencent' | 'geo'

type Link = { app: MapApp; url: (spot: Spot, label: string) => string }

/** Six decimals are a decimetre. */
const number = (degrees: number) => degrees.toFixed(6)
const lonLat = ({ lon, lat }: Spot) => `${number(lon)},${number(lat)}`
const latLon = ({ lon, lat }: Spot) => `${number(lat)},${number(lon)}`

/** Nothing but the spot and one word leaves: no address, no name of a place, nothing of the hazard. */
const LINKS: readonly Link[] = [
  {
    app: 'amap',
    url: (spot, label) => `https://uri.amap.com/marker?position=${lonLat(spot)}&name=${label}&src=gridwalk&coordinate=wgs84&callnative=1`,
  },
  {
    app: 'baidu',
    url: (spot, label) =>
      `https://api.map.baidu.com/marker?location=${latLon(spot)}&title=${label}&content=${label}&coord_type=wgs84&output=html&src=webapp.gridwalk.gridwalk`,
  },
  {
    app: 'tencent',
    url: (spot, label) =>
      `https://apis.map.qq.com/uri/v1/marker?marker=coord:${latLon(spot)};title:${label};addr:${label}&coord_type=1&referer=gridwalk`,
  },
  { app: 'geo', url: (spot) => `geo:${latLon(spot)}` },
]

/** Return the links to a spot; `geo:` only where a phone asks which app is to open it. `label` is what the pin is called there. */
export function linksTo(spot: Spot, label: string, opens_geo: boolean): { app: MapApp; url: string }[] {
  const links = LINKS.filter(({ app }) => app !== 'geo' || opens_geo)
  return links.map(({ app, url }) => ({ app, url: url(spot, encodeURIComponent(label)) }))
}
